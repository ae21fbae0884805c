// How the steps of a history lie: newest on top, the way to where the project is on the left, branches beside it. Pure.

import { isForgone } from "../parts/runstates.mjs";

const MOST_LANES = 4;

/**
 * The steps worth a row: an Update that never began has one only where it is looked at, or something follows it.
 * @template {{step_id: number, parent_id: ?number, kind: string, run: ?any}} S
 * @param {S[]} steps
 * @param {?number[]} at step ids that are looked at
 * @returns {S[]}
 */
export function seenSteps(steps, at) {
  const needed = new Set(at);
  // From the newest down: a step that has no row itself keeps none before it.
  for (const { step_id: id, parent_id: parent, kind, run } of [...steps].sort((a, b) => b.step_id - a.step_id)) {
    if (kind !== "run" || !run || !isForgone(run)) needed.add(id);
    if (needed.has(id)) needed.add(parent);
  }
  return steps.filter(({ step_id: id }) => needed.has(id));
}

/** Step ids from where the project is to the beginning, and on to the newest step that follows. */
function mainWay(steps, here) {
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const way = new Set();
  for (let at = here; byId.has(at); at = byId.get(at).parent_id) way.add(at);
  return way;
}

/** Branches: each step off the main way with those that follow it in one line. */
function runsOff(steps, way) {
  const lines = [];
  const lineOf = new Map();
  for (const step of steps) {
    if (way.has(step.step_id)) continue;
    const line = lineOf.get(step.parent_id);
    const isNext = line && line.at(-1) === step.parent_id;
    const own = isNext ? line : [];
    if (!isNext) lines.push({ from: step.parent_id, ids: own });
    own.push(step.step_id);
    lineOf.set(step.step_id, own);
  }
  return lines;
}

/**
 * Lay the steps out in rows, newest first, and lanes from the left.
 * @template {{step_id: number, parent_id: ?number}} S
 * @param {S[]} steps oldest first
 * @param {number} here the step the project is at
 * @returns {{rows: {step: S, lane: number, row: number, parentRow: ?number, parentLane: number, isOnWay: boolean}[], lanes: number}}
 */
export function layTree(steps, here) {
  const ordered = [...steps].sort((a, b) => a.step_id - b.step_id);
  const rowOf = new Map(ordered.map((step, nth) => [step.step_id, ordered.length - 1 - nth]));
  const way = mainWay(ordered, here);
  const laneOf = new Map([...way].map((id) => [id, 0]));
  const taken = []; // by lane, the rows [top, bottom] that branches have
  for (const { from, ids } of runsOff(ordered, way)) {
    const [top, bottom] = [rowOf.get(ids.at(-1)), rowOf.get(from) ?? rowOf.get(ids[0])];
    let lane = Math.min(MOST_LANES - 1, 1 + (way.has(from) ? 0 : laneOf.get(from) ?? 0));
    const isFull = (at) => (taken[at] ?? []).some(([a, b]) => a < bottom && top < b);
    while (lane < MOST_LANES - 1 && isFull(lane)) lane += 1;
    (taken[lane] ??= []).push([top, bottom]);
    for (const id of ids) laneOf.set(id, lane);
  }
  const rows = ordered.map((step) => ({
    step, row: rowOf.get(step.step_id), lane: laneOf.get(step.step_id), isOnWay: way.has(step.step_id),
    parentRow: rowOf.get(step.parent_id) ?? null, parentLane: laneOf.get(step.parent_id) ?? 0,
  }));
  rows.sort((a, b) => a.row - b.row);
  return { rows, lanes: 1 + Math.max(0, ...rows.map((each) => each.lane)) };
}

/** The line from a step down to the one it follows, as a path. */
export function pathOf({ row, lane, parentRow, parentLane }, { height, pitch, left }) {
  const x = (at) => left + at * pitch;
  const y = (at) => at * height + height / 2;
  if (parentRow === null) return "";
  if (lane === parentLane) return `M${x(lane)} ${y(row)}V${y(parentRow)}`;
  const [top, foot] = [y(row), y(parentRow)];
  const bend = Math.max(top, foot - height);
  return `M${x(lane)} ${top}V${bend}C${x(lane)} ${foot - height * 0.3} ${x(parentLane)} ${foot - height * 0.55} ${x(parentLane)} ${foot}`;
}
