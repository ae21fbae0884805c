// What the address of the Runs page asks the bench for.

/** The address that opens the bench on two snapshots {run_id, epoch}. Pure. */
export const benchHref = (projectId, before, after) => `/runs?project=${projectId}&before=${before.run_id}:${before.epoch}&after=${after.run_id}:${after.epoch}`;

/** The pair an address asks for, null where it asks for none. Pure. */
export function pairOf(search) {
  const asked = new URLSearchParams(search);
  const [before, after] = ["before", "after"].map((side) => /^([0-9a-f-]{36}):(\d{1,9})$/.exec(asked.get(side) ?? ""));
  if (!before || !after) return null;
  return { before: { run: before[1], epoch: Number(before[2]) }, after: { run: after[1], epoch: Number(after[2]) } };
}
