// What moved between pictures of a map: which samples most, the ways of some or of the classes. Pure.

import { medians } from "../parts/look.mjs";

/** Samples that `movedMost` tells of when nobody says otherwise. */
const MOST = 50;

/**
 * RMS distance of the places from their mean, as `map_radius` in ml/maps/principal.py.
 * @param {Float32Array} embedding interleaved by sample
 * @param {number} latentDim
 */
export function mapRadius(embedding, latentDim) {
  const numSamples = embedding.length / latentDim;
  let squares = 0;
  for (let axis = 0; axis < latentDim; axis += 1) {
    let [sum, sumOfSquares] = [0, 0];
    for (let k = axis; k < embedding.length; k += latentDim) {
      sum += embedding[k];
      sumOfSquares += embedding[k] * embedding[k];
    }
    squares += sumOfSquares - (sum * sum) / numSamples;
  }
  return Math.sqrt(Math.max(0, squares) / numSamples);
}

/**
 * The samples that went furthest from one picture to another, the furthest first; those that stayed are left out.
 * @param {Float32Array} before interleaved by sample
 * @param {Float32Array} after the same samples
 * @param {number} latentDim
 * @param {number} [most] how many
 * @returns {{ids: Uint32Array, distances: Float32Array}} distances in radii of the map before
 */
export function movedMost(before, after, latentDim, most = MOST) {
  if (before.length !== after.length)
    throw new RangeError(`The two embeddings have ${before.length} and ${after.length} values; both must be of the same samples.`);
  const radius = mapRadius(before, latentDim) || 1;
  const distances = new Float32Array(before.length / latentDim);
  for (let id = 0; id < distances.length; id += 1) {
    let squares = 0;
    for (let k = id * latentDim; k < (id + 1) * latentDim; k += 1) squares += (after[k] - before[k]) ** 2;
    distances[id] = Math.sqrt(squares) / radius;
  }
  const first = furthest(distances, most);
  return { ids: first, distances: Float32Array.from(first, (id) => distances[id]) };
}

/** The most of those above 0, the first of them first; what is not among the most so far is passed over by one look. */
function furthest(distances, most) {
  const first = [];
  for (let id = 0; id < distances.length; id += 1) {
    const isFull = first.length >= most;
    if (!(distances[id] > (isFull ? distances[first[most - 1]] : 0))) continue;
    if (isFull) first.pop();
    const at = first.findLastIndex((other) => distances[other] >= distances[id]) + 1;
    first.splice(at, 0, id);
  }
  return Uint32Array.from(first);
}

/**
 * Where some groups of samples are in a picture: at their medians.
 * @param {Float32Array} embedding
 * @param {{classIndex: number, ids: ArrayLike<number>}[]} groups
 * @param {number} latentDim
 * @returns {number[][]} a place a group
 */
export const placesIn = (embedding, groups, latentDim) => medians(groups, embedding, latentDim).map(({ x, y, z }) => (latentDim === 3 ? [x, y, z] : [x, y]));

/**
 * The ways of some groups through the pictures of a run.
 * @param {{classIndex: number}[]} groups
 * @param {number[][][]} pictures in order, of each what `placesIn` says
 * @returns {{classIndex: number, path: Float32Array}[]} one place a picture, interleaved; a stop at the same place is told once
 */
export const trailsOf = (groups, pictures) => groups.map(({ classIndex }, nth) => ({ classIndex, path: polyline(pictures.map((places) => places[nth])) }));

function polyline(places) {
  const path = [];
  let last = null;
  for (const place of places) {
    if (last === null || place.some((value, axis) => value !== last[axis])) path.push(...place);
    last = place;
  }
  return Float32Array.from(path);
}
