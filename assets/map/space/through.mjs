/** What a click or a region means in a cloud with a front and a back. Pure; places are those of `projectAll`. */
import { buildGrid, eachAround } from "../hit.mjs";
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
 * @param {import("../hit.mjs").Grid | null} [grid] of the pixels; without one every sample is looked at
 * @returns {number} of those under the pointer the one in front, else the nearest within reach, else -1
 */
export function nearestInFront(projected, mark, x, y, grid = null) {
  let [nearest, front] = [-1, -1];
  let [best, bestDepth] = [HIT_PX * HIT_PX, Infinity];
  const offer = (id) => {
    const dx = projected[3 * id] - x;
    const dy = projected[3 * id + 1] - y;
    const distance = dx * dx + dy * dy;
    if (!(distance <= HIT_PX * HIT_PX) || mark[id] & HIDDEN) return;
    if (distance < best || (distance === best && id > nearest)) [nearest, best] = [id, distance];
    const depth = projected[3 * id + 2];
    if (distance <= UNDER_PX * UNDER_PX && (depth < bestDepth || (depth === bestDepth && id > front))) [front, bestDepth] = [id, depth];
  };
  if (grid) eachAround(grid, { x, y, radiusX: HIT_PX, radiusY: HIT_PX }, offer);
  else for (let id = 0; id < mark.length; id++) offer(id);
  return front >= 0 ? front : nearest;
}

/**
 * @param {Float32Array} projected as above
 * @param {{width: number, height: number}} canvas pixels
 * @returns {import("../hit.mjs").Grid} what is out of sight lies in cells no pointer reaches
 */
export function pixelGrid(projected, { width, height }) {
  const [besideX, besideY] = [HIT_PX + width / 16, HIT_PX + height / 16];
  return buildGrid(projected, 3, { x: [-besideX, width + besideX], y: [-besideY, height + besideY] });
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
