/** How far a cloud reaches, and how much must be in sight to see all of it. Pure. */
import { isBeyond } from "../bulk.mjs";
import { axesOf } from "./pose.mjs";
import { TANGENT } from "./projection.mjs";

/** Room left around the points, as a share of what is in sight. */
export const MARGIN = 0.06;

/**
 * @typedef {import("./pose.mjs").Vector} Vector
 * @typedef {{low: Vector, high: Vector, center: Vector, radius: number}} Bounds radius: half the longest diagonal
 */

/**
 * @param {Float32Array} positions interleaved by sample, three values each
 * @returns {Bounds | null} of the finite places; null when there are none
 */
export function boundsOf(positions) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i], positions[i + 1], positions[i + 2]];
    if (!(x - x === 0 && y - y === 0 && z - z === 0)) continue;
    if (x < low[0]) low[0] = x;
    if (x > high[0]) high[0] = x;
    if (y < low[1]) low[1] = y;
    if (y > high[1]) high[1] = y;
    if (z < low[2]) low[2] = z;
    if (z > high[2]) high[2] = z;
  }
  if (!(low[0] <= high[0])) return null;
  const center = low.map((value, axis) => (value + high[axis]) / 2);
  const radius = Math.hypot(...low.map((value, axis) => high[axis] - value)) / 2 || 1;
  return /** @type {any} */ ({ low, high, center, radius });
}

/** @param {Float32Array} positions @param {import("../bulk.mjs").Bulk} bulk @returns {Float32Array} the places that are part of it */
export function placesWithin(positions, { low, high }) {
  const kept = new Float32Array(positions.length);
  let length = 0;
  for (let i = 0; i < positions.length; i += 3) {
    if (isBeyond(positions, i / 3, low, high)) continue;
    for (let axis = 0; axis < 3; axis++) kept[length++] = positions[i + axis];
  }
  return kept.subarray(0, length);
}

/**
 * The smallest span that shows every place in a window: from |y| <= span/2 - p T z and the same of x (see projection).
 *
 * @param {Float32Array} positions
 * @param {{turn: import("./pose.mjs").Turn, target: Vector, perspective: number}} pose
 * @param {number} aspect width over height of the window
 * @returns {number} 0 when there is only one place
 */
export function spanFor(positions, { turn, target, perspective }, aspect) {
  const { right, up, back } = axesOf(turn);
  const [[rx, ry, rz], [ux, uy, uz], [bx, by, bz], [cx, cy, cz]] = [right, up, back, target];
  const lean = TANGENT * perspective;
  let half = 0;
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i] - cx;
    const y = positions[i + 1] - cy;
    const z = positions[i + 2] - cz;
    const across = Math.abs(rx * x + ry * y + rz * z) / aspect;
    const along = Math.abs(ux * x + uy * y + uz * z);
    const reach = (across > along ? across : along) + lean * (bx * x + by * y + bz * z);
    if (reach > half) half = reach;
  }
  return 2 * half;
}

/**
 * The middle of the places along the axes of a turn: where a flat view is centred.
 *
 * @param {Float32Array} positions
 * @param {import("./pose.mjs").Turn} turn
 * @returns {Vector}
 */
export function middleAlong(positions, turn) {
  const axes = Object.values(axesOf(turn));
  const middle = [0, 0, 0];
  for (const [a, b, c] of axes) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < positions.length; i += 3) {
      const value = a * positions[i] + b * positions[i + 1] + c * positions[i + 2];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const half = low <= high ? (low + high) / 2 : 0;
    middle[0] += a * half;
    middle[1] += b * half;
    middle[2] += c * half;
  }
  return /** @type {Vector} */ (middle);
}

/** Whether a span still serves points that need this much: none outside, and they fill a fair part of it. */
export const holdsSpan = (span, needed) => needed <= span && needed >= 0.4 * span;
