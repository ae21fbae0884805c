/** What a click or a region means in a cloud with a front and a back. Pure; places are those of `projectAll`. */
import { HIDDEN } from "../marks.mjs";

/** How far from a point's centre it can still be hit. */
const HIT_PX = 10;
/** Marks this near lie under the pointer; the one in front hides the others. */
const UNDER_PX = 4;

/**
 * @param {Float32Array} projected pixel x, pixel y, depth of each sample
 * @param {Uint8Array} mark hidden samples are not hit
 * @param {number} x pixels
 * @param {number} y
 * @returns {number} of those under the pointer the one in front, else the nearest within reach, else -1
 */
export function nearestInFront(projected, mark, x, y) {
  let [nearest, front] = [-1, -1];
  let [best, bestDepth] = [HIT_PX * HIT_PX, Infinity];
  for (let id = 0, i = 0; id < mark.length; id++, i += 3) {
    const dx = projected[i] - x;
    const dy = projected[i + 1] - y;
    const distance = dx * dx + dy * dy;
    if (!(distance <= HIT_PX * HIT_PX) || mark[id] & HIDDEN) continue;
    if (distance <= best) [nearest, best] = [id, distance];
    if (distance <= UNDER_PX * UNDER_PX && projected[i + 2] <= bestDepth) [front, bestDepth] = [id, projected[i + 2]];
  }
  return front >= 0 ? front : nearest;
}

/** This share of the samples at either end of the depths does not count for their range: strays would decide. */
const STRAYS = 0.02;

/**
 * Of some samples those in front: within the nearest `share` of the range of their depths.
 *
 * @param {Uint32Array} ids
 * @param {Float32Array} projected
 * @param {number} share 0 to 1
 * @returns {Uint32Array}
 */
export function frontOf(ids, projected, share) {
  if (share >= 1 || ids.length === 0) return ids;
  const depths = Float32Array.from(ids, (id) => projected[3 * id + 2]).sort();
  const stray = Math.floor(STRAYS * (depths.length - 1));
  const [near, far] = [depths[stray], depths[depths.length - 1 - stray]];
  const limit = near + share * (far - near);
  return ids.filter((id) => projected[3 * id + 2] <= limit);
}
