/**
 * Points on their way by hand, as a value: which ones, from where, how far. Pure. All dragged points share one
 * offset, so that a frame of a drag costs the same for one point and for ten thousand: the card adds it.
 *
 * @typedef {{kind: "points" | "class", ids: Uint32Array, classInfo: object | null, numStaying: number,
 *   from: Float32Array, latentDim: number, centre: number[], radius: number, offset: number[]}} Drag
 *   classInfo: the class that is moved, as the page knew it when it was taken hold of; numStaying: samples that were to be moved and may not; from: places when the drag began, interleaved; centre and radius of the dragged, in data units
 */

/** Share of the dragged points that the circle around them holds. */
const IN_CIRCLE = 0.9;

/**
 * @param {{kind: "points" | "class", ids: Uint32Array, classInfo?: object | null, numStaying?: number, centre?: number[],
 *   offset?: number[]}} held centre: what counts as the middle of the dragged, where it is not their mean; offset: how
 *   far they are from it already
 * @param {Float32Array} positions of all points, interleaved by sample
 * @param {number} latentDim
 * @returns {Drag}
 */
export function startDrag({ kind, ids, classInfo = null, numStaying = 0, ...held }, positions, latentDim) {
  const from = new Float32Array(ids.length * latentDim);
  ids.forEach((id, nth) => from.set(positions.subarray(id * latentDim, (id + 1) * latentDim), nth * latentDim));
  const centre = held.centre ?? middleOf(from, latentDim);
  return { kind, ids, classInfo, numStaying, from, latentDim, centre, radius: reachOf(from, latentDim, centre), offset: held.offset ?? new Array(latentDim).fill(0) };
}

/** @param {Drag} drag @param {number[]} offset how far the hand is from where it began, in data units @returns {Drag} */
export function draggedBy(drag, offset) {
  return { ...drag, offset: [...offset] };
}

/** Where each dragged point would be, in the order of `ids`. @param {Drag} drag @returns {Float32Array} */
export function targetsOf({ from, offset, latentDim }) {
  return from.map((value, at) => value + offset[at % latentDim]);
}

/** The middle of where the dragged points would be. @param {Drag} drag @returns {number[]} */
export function aimOf({ centre, offset }) {
  return centre.map((value, axis) => value + offset[axis]);
}

function middleOf(places, latentDim) {
  const sums = new Array(latentDim).fill(0);
  for (let at = 0; at < places.length; at++) sums[at % latentDim] += places[at];
  return sums.map((sum) => sum / Math.max(1, places.length / latentDim));
}

function reachOf(places, latentDim, centre) {
  const distances = new Float64Array(places.length / latentDim);
  for (let nth = 0; nth < distances.length; nth++)
    distances[nth] = Math.hypot(...centre.map((value, axis) => places[nth * latentDim + axis] - value));
  distances.sort();
  return distances[Math.min(distances.length - 1, Math.floor(IN_CIRCLE * distances.length))] ?? 0;
}
