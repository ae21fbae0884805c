// Numbers as people read them.

/** 3702 -> "3,702" */
export const num = (number) => number.toLocaleString("en");

/** "1 name", "24 names" */
export const many = (number, one, more = `${one}s`) => `${num(number)} ${number === 1 ? one : more}`;

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** 4100000 -> "4.1 MB" */
export function sizeOf(bytes) {
  let at = 0;
  let size = bytes;
  while (size >= 999.5 && at < UNITS.length - 1) { size /= 1000; at += 1; }
  return `${at === 0 || size >= 99.5 ? Math.round(size) : Number(size.toFixed(1))} ${UNITS[at]}`;
}

/** "2 s left", "3 min left"; nothing where it is not known. */
export function leftOf(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
  if (seconds < 1) return "finishing";
  if (seconds < 90) return `${Math.round(seconds)} s left`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min left` : `${Math.round(seconds / 3600)} h left`;
}

/** "1 sample", "24 samples" */
export const samples = (number) => many(number, "sample");

/** "+2.2", "−1.2": points of accuracy with their sign. */
export function points(share) {
  if (!Number.isFinite(share)) return "–";
  const text = Math.abs(100 * share).toFixed(1);
  return `${text === "0.0" ? "" : share < 0 ? "−" : "+"}${text}`;
}
