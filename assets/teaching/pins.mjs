// Where people put samples: the pins of the server, with the gestures that are still on their way laid over them. Pure.

import { placeAt } from "../parts/places.mjs";
import { stillOpen } from "./gestures.mjs";

/**
 * @typedef {{ids: Uint32Array, places: Float32Array, seqs: Uint32Array | Float64Array}} Pins ascending ids; places interleaved;
 *   seqs are the gestures that placed them, Infinity while one is on its way
 */

/** A gesture whose answer has not come yet counts as the newest. */
const ON_ITS_WAY = Infinity;

/**
 * Lay the gestures that the server has not folded in over its pins.
 * @param {Pins} pins as of journal position `seq`
 * @param {{verb: string, ids: Uint32Array, targets?: Float32Array, seq: ?number}[]} pending
 * @returns {Pins} the same value when nothing is pending
 */
export function withPendingPins(pins, pending, seq, latentDim) {
  const open = stillOpen(pending, seq).filter(({ verb }) => verb in CHANGES);
  if (open.length === 0) return pins;
  const table = new Map();
  pins.ids.forEach((id, nth) => table.set(id, { place: placeAt(pins.places, nth, latentDim), seq: pins.seqs[nth] }));
  for (const gesture of open) CHANGES[gesture.verb](table, gesture, latentDim);
  return fromTable(table, latentDim);
}

function put(table, { ids, targets, seq }, latentDim) {
  ids.forEach((id, nth) => table.set(id, { place: placeAt(targets, nth, latentDim), seq: seq ?? ON_ITS_WAY }));
}

const CHANGES = {
  move: put,
  pin: put,
  release: (table, { ids }) => ids.forEach((id) => table.delete(id)),
  reset: (table) => table.clear(),
};

function fromTable(table, latentDim) {
  const ids = Uint32Array.from(table.keys()).sort();
  const places = new Float32Array(ids.length * latentDim);
  ids.forEach((id, nth) => places.set(table.get(id).place, nth * latentDim));
  return { ids, places, seqs: Float64Array.from(ids, (id) => table.get(id).seq) };
}

/**
 * Where the points are shown while a move waits for an Update: at its target.
 * @param {Float32Array} embedding
 * @param {Pins} pins
 * @param {number} learnedSeq journal position of the run that made `embedding`: it knows earlier moves already
 * @returns {Float32Array} the same array when no move waits
 */
export function withWaitingMoves(embedding, pins, learnedSeq, latentDim) {
  if (!pins.seqs.some((seq) => seq > learnedSeq)) return embedding;
  const shown = embedding.slice();
  pins.ids.forEach((id, nth) => {
    if (pins.seqs[nth] > learnedSeq) shown.set(placeAt(pins.places, nth, latentDim), id * latentDim);
  });
  return shown;
}

/**
 * How far each pinned point is from its pin, in map radii.
 * @returns {Float64Array} in the order of `pins.ids`
 */
export function distancesToPins(pins, embedding, latentDim, radius) {
  return Float64Array.from(pins.ids, (id, nth) => {
    let squared = 0;
    for (let axis = 0; axis < latentDim; axis += 1) squared += (embedding[id * latentDim + axis] - pins.places[nth * latentDim + axis]) ** 2;
    return Math.sqrt(squared) / radius;
  });
}
