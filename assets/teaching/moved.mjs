// What moved between pictures of a map: which samples most, the way of one, the ways of the classes. Pure.

import { placeAt } from "../parts/places.mjs";
import { medians, speakersOf } from "../parts/look.mjs";

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
  const ids = Uint32Array.from(distances.keys()).filter((id) => distances[id] > 0);
  ids.sort((a, b) => distances[b] - distances[a] || a - b);
  const first = ids.slice(0, most);
  return { ids: first, distances: Float32Array.from(first, (id) => distances[id]) };
}

/**
 * The way of one sample through the pictures of a run.
 * @param {Float32Array[]} embeddings in order
 * @param {number} id
 * @param {number} latentDim
 * @returns {Float32Array} one place a picture, interleaved; a stop at the same place is told once
 */
export function pathOf(embeddings, id, latentDim) {
  return polyline(embeddings.map((embedding) => placeAt(embedding, id, latentDim)));
}

/**
 * The ways of the classes: of the median of the points that speak for each, as for the names on the map.
 * @param {Float32Array[]} embeddings in order
 * @param {Int16Array} classOf the class each point is shown as
 * @param {number} latentDim
 * @param {?Int16Array} [named] what people said of each sample: where they named enough of a class, those alone speak
 * @returns {{classIndex: number, path: Float32Array}[]} a place a picture, interleaved
 */
export function classTrails(embeddings, classOf, latentDim, named = null) {
  const groups = speakersOf(classOf, named);
  const places = embeddings.map((embedding) => medians(groups, embedding, latentDim));
  const placeOf = ({ x, y, z }) => (latentDim === 3 ? [x, y, z] : [x, y]);
  return groups.map(({ classIndex }, nth) => ({ classIndex, path: polyline(places.map((each) => placeOf(each[nth]))) }));
}

function polyline(places) {
  const path = [];
  let last = null;
  for (const place of places) {
    if (last === null || place.some((value, axis) => value !== last[axis])) path.push(...place);
    last = place;
  }
  return Float32Array.from(path);
}
