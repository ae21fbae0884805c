/**
 * Where the bulk of the points is: a few far away must not shrink the map to a blob. Pure.
 *
 * On each axis the middle 99 % of the points are taken, and what is within half their span beside them; so an ordinary
 * cloud is framed whole (a normal one reaches 5.1 standard deviations), and only what stands apart is left out.
 *
 * @typedef {{low: number[], high: number[], numOutside: number}} Bulk ends on each axis; numOutside: points beyond them
 */

/** Share of the points at each end of an axis that does not say how far the bulk reaches. */
const TAIL = 0.005;
/** How far beyond, in spans of the middle, a point still belongs. */
const REACH = 0.5;
/** Of more points than this only every second, third, ... says where the middle is. */
const MOST_ASKED = 4096;
/** Fewer points than this have no bulk. */
const LEAST = 20;

/**
 * @param {Float32Array} positions interleaved by sample; places that are not numbers are passed over
 * @param {number} stride axes
 * @returns {Bulk | null} null where there are no places
 */
export function bulkOf(positions, stride) {
  const axes = Array.from({ length: stride }, (_, axis) => axis);
  const ends = axes.map((axis) => endsOf(positions, stride, axis));
  if (!ends.every(([low, high]) => low <= high)) return null;
  const limits = axes.map((axis) => limitsOf(positions, stride, axis));
  const isWhole = axes.every((axis) => limits[axis][0] <= ends[axis][0] && limits[axis][1] >= ends[axis][1]);
  const kept = isWhole ? ends : axes.map((axis) => endsOf(positions, stride, axis, limits[axis]));
  const [low, high] = [0, 1].map((end) => kept.map((each) => each[end]));
  return { low, high, numOutside: isWhole ? 0 : countOutside(positions, low, high) };
}

/** What holds two bulks; how many points of the first are outside is still said. @param {Bulk} one @param {Bulk} other */
export const unionOf = (one, other) => ({
  low: one.low.map((value, axis) => Math.min(value, other.low[axis])),
  high: one.high.map((value, axis) => Math.max(value, other.high[axis])),
  numOutside: one.numOutside,
});

/** @returns {boolean} whether the place of a sample is a place, and beyond the bulk */
export function isBeyond(positions, id, low, high) {
  let isOut = false;
  for (let axis = 0, at = id * low.length; axis < low.length; axis++, at++) {
    const value = positions[at];
    if (value - value !== 0) return false;
    if (value < low[axis] || value > high[axis]) isOut = true;
  }
  return isOut;
}

function countOutside(positions, low, high) {
  let count = 0;
  for (let id = 0; id < positions.length / low.length; id++) if (isBeyond(positions, id, low, high)) count++;
  return count;
}

/** The least and the most on an axis of what is within some limits. @returns {[number, number]} */
function endsOf(positions, stride, axis, [least, most] = [-Infinity, Infinity]) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < positions.length; i += stride) {
    const value = positions[i];
    if (!(value >= least && value <= most) || value - value !== 0) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Beyond these a point is not of the bulk. @returns {[number, number]} */
function limitsOf(positions, stride, axis) {
  const step = stride * Math.max(1, Math.ceil(positions.length / stride / MOST_ASKED));
  const values = new Float32Array(Math.ceil(positions.length / step));
  let count = 0;
  for (let i = axis; i < positions.length; i += step) if (positions[i] - positions[i] === 0) values[count++] = positions[i];
  if (count < LEAST) return [-Infinity, Infinity];
  const tail = Math.ceil(TAIL * count);
  const [low, high] = [lowest(values, count, tail, 1), -lowest(values, count, tail, -1)];
  if (!(high > low)) return [-Infinity, Infinity];
  return [low - REACH * (high - low), high + REACH * (high - low)];
}

/** The least of the first `count` values, times `sign`, but for `nth` of them: only so few are put in order. */
function lowest(values, count, nth, sign) {
  const kept = new Float64Array(nth + 1).fill(Infinity);
  for (let i = 0; i < count; i++) {
    const value = sign * values[i];
    if (value >= kept[nth]) continue;
    let at = nth;
    for (; at > 0 && kept[at - 1] > value; at--) kept[at] = kept[at - 1];
    kept[at] = value;
  }
  return kept[nth];
}
