// Whose ground a place is on, and what a drop there means. Pure.

import { NO_CLASS } from "../parts/classes.mjs";
import { tally } from "../parts/selection.mjs";

const NUM_NEIGHBOURS = 15;
/** Of more points than this every second, third, … has a say: the answer is asked for at each move of the hand. */
const MOST_ASKED = 25_000;
/** Ground is somebody's within this many map radii of a point. */
const REACH = 0.12;

/**
 * The class most of the nearest points have, NO_CLASS on empty ground, and the nearest point of all, -1 for none.
 * @param {number[]} place
 * @param {{embedding: Float32Array, latentDim: number, classOf: Int16Array, radius: number, isOut: Uint8Array}} map
 *   classOf: named, else predicted; isOut: 1 for points that have no say, such as those in the hand
 * @returns {{classIndex: number, nearestId: number}}
 */
export function groundAt(place, { embedding, latentDim, classOf, radius, isOut }) {
  const nearest = nearestTo(place, { embedding, latentDim, isOut });
  const nearestId = nearest.ids[0] ?? -1;
  if (nearestId < 0 || nearest.squares[0] > (REACH * radius) ** 2) return { classIndex: NO_CLASS, nearestId };
  const [[winner]] = tally(nearest.ids, classOf);
  return { classIndex: Math.max(NO_CLASS, winner), nearestId };
}

/**
 * The nearest points to a place, the nearest first.
 * @returns {{ids: number[], squares: number[]}}
 */
export function nearestTo(place, { embedding, latentDim, isOut }, count = NUM_NEIGHBOURS) {
  const ids = [];
  const squares = [];
  const [x, y, z = 0] = place;
  const stride = Math.ceil(embedding.length / latentDim / MOST_ASKED);
  for (let id = 0, at = 0; at < embedding.length; id += stride, at += stride * latentDim) {
    const [dx, dy, dz] = [embedding[at] - x, embedding[at + 1] - y, latentDim === 3 ? embedding[at + 2] - z : 0];
    const square = dx * dx + dy * dy + dz * dz;
    if (!(squares.length < count || square < squares[count - 1]) || isOut?.[id]) continue;
    let k = Math.min(squares.length, count - 1);
    for (; k > 0 && squares[k - 1] > square; k -= 1) {
      squares[k] = squares[k - 1];
      ids[k] = ids[k - 1];
    }
    squares[k] = square;
    ids[k] = id;
  }
  return { ids, squares };
}

/**
 * Reads what a drop would mean, place after place, of one drag: what does not change is worked out once.
 * @param {{ids: Uint32Array, named: Int16Array, ground: Parameters<typeof groundAt>[1],
 *   regionOf?: ((place: number[]) => number) | null}} scene regionOf: what the head on the map says of a place, where it has one
 * @returns {(place: number[], isDeep: boolean) => {meaning: ReturnType<typeof meaningOf>, nearestId: number}} of a place, and
 *   whether the key was pressed
 */
export function createReader({ ids, named, ground, regionOf = null }) {
  const known = new Map();
  return (place, isFlipped) => {
    const { classIndex: voted, nearestId } = groundAt(place, ground);
    const classIndex = regionOf ? regionOf(place) : voted;
    const key = `${classIndex}/${isFlipped}`;
    if (!known.has(key)) known.set(key, meaningOf({ ids, ground: classIndex, classOf: ground.classOf, named, isFlipped }));
    return { meaning: known.get(key), nearestId };
  };
}

/**
 * What letting go here would mean.
 * @param {{ids: Uint32Array, ground: number, classOf: Int16Array, named: Int16Array, isFlipped: boolean}} of
 *   ground: what `groundAt` said; classOf: named, else predicted
 * @returns {{kind: "move" | "relabel", classIndex: number, numChanged: number, from: number[]}} numChanged: samples
 *   that would get another name; from: what those are now, most frequent first, none
 *   where all are it already
 */
export function meaningOf({ ids, ground, classOf, named, isFlipped }) {
  const isForeign = ground >= 0 && ids.some((id) => classOf[id] !== ground);
  const changed = ids.filter((id) => named[id] !== ground);
  if (ground < 0 || isForeign === isFlipped || changed.length === 0) return { kind: "move", classIndex: ground, numChanged: 0, from: [] };
  const were = tally(changed, classOf).map(([index]) => index);
  const from = were.every((index) => index === ground) ? [] : were;
  return { kind: "relabel", classIndex: ground, numChanged: changed.length, from };
}
