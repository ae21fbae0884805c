// Whose ground each place of a flat map is, cell by cell, by the points around it: what is outlined while a hand holds
// points over it. `territory.mjs` says the same of one place, by its nearest points. Pure.

import { NO_CLASS } from "../parts/classes.mjs";
import { bulkOf } from "../map/bulk.mjs";
import { blurred } from "../map/regions.mjs";

const SIDE = 64;
/** How far a point speaks for the ground around it, in map radii (territory.mjs), and what is blurred of that. */
const REACH = 0.12;
const BLUR = 0.6;
const SOFTNESS = [1, 5];
/** A place with less than this share of what one point says right beside it is nobody's. */
const LEAST = 0.3;

/**
 * @param {{embedding: Float32Array, classOf: Int16Array, radius: number, isOut: Uint8Array}} map two axes; classOf:
 *   named, else predicted; isOut: 1 for points that have no say
 * @returns {?import("../map/regions.mjs").Regions} class_index of each cell, NO_CLASS for nobody's; null without points
 */
export function groundGrid({ embedding, classOf, radius, isOut }) {
  const bulk = bulkOf(embedding, 2);
  if (bulk === null || !(radius > 0)) return null;
  const [low, high] = [bulk.low.map((value) => value - 2 * REACH * radius), bulk.high.map((value) => value + 2 * REACH * radius)];
  const softness = softnessOf(low, high, radius);
  const planes = countsByClass({ embedding, classOf, isOut, low, high });
  const soft = [...planes].map(([classIndex, plane]) => [classIndex, blurred(plane, SIDE, softness)]);
  return { gridSide: SIDE, low, high, region: winners(soft, LEAST / (2 * Math.PI * softness ** 2)) };
}

function softnessOf(low, high, radius) {
  const cell = (high[0] - low[0] + high[1] - low[1]) / 2 / SIDE;
  return Math.min(SOFTNESS[1], Math.max(SOFTNESS[0], (BLUR * REACH * radius) / cell));
}

function countsByClass({ embedding, classOf, isOut, low, high }) {
  const planes = new Map();
  const scale = low.map((value, axis) => SIDE / (high[axis] - value));
  for (let id = 0; id < classOf.length; id += 1) {
    const column = Math.floor((embedding[2 * id] - low[0]) * scale[0]);
    const row = Math.floor((embedding[2 * id + 1] - low[1]) * scale[1]);
    if (isOut[id] || !(column >= 0 && row >= 0 && column < SIDE && row < SIDE)) continue;
    const classIndex = Math.max(NO_CLASS, classOf[id]);
    if (!planes.has(classIndex)) planes.set(classIndex, new Float32Array(SIDE * SIDE));
    planes.get(classIndex)[row * SIDE + column] += 1;
  }
  return planes;
}

function winners(planes, least) {
  const region = new Int16Array(SIDE * SIDE).fill(NO_CLASS);
  for (let cell = 0; cell < region.length; cell += 1) {
    let most = least;
    for (const [classIndex, plane] of planes) if (plane[cell] > most) [most, region[cell]] = [plane[cell], classIndex];
  }
  return region;
}
