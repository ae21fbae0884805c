/**
 * Which force arrows are drawn, where and how long: one a point for a selection, one a cell for the whole map. Pure.
 *
 * @typedef {ReturnType<typeof import("../insight/field.mjs").decodeField>} Field
 * @typedef {{from: Float32Array, to: Float32Array, vector: Float32Array, kind: Uint8Array, count: number}} Arrows
 *   where each begins at the two ends of a tween and how far it reaches, (x, y, z) in map units; kind 0 pull, 1 push
 */
import { HIDDEN } from "./marks.mjs";

/** Side of a cell in pixels, give or take a fifth: cells stay where they are on the map while it is zoomed. */
export const CELL_PX = 48;
/** Arrows of single points, at most: the strongest. */
export const MOST_POINTS = 300;
/** Of points as near as this the one that feels most has arrows: all of them would be a thicket. */
const APART_PX = { few: 15, all: 60 };
/** Samples that are compared by where they are; beyond, strength alone decides. */
const MOST_COMPARED = 4000;
const LEAST_IN_CELL = 3;
/** 95 % of the arrows are at most this long, as a share of a cell; */
const USUAL_LENGTH = 0.6;
/** none is longer than this, */
const MOST_LENGTH = 0.95;
/** and in pixels, shorter ones are left out. */
const LEAST_PX = 8;

/**
 * @param {{scaleX: number, scaleY: number, centerX: number, centerY: number, width: number, height: number}} view
 * @returns {{sizeX: number, sizeY: number, x0: number, y0: number, columns: number, rows: number}} cells in sight:
 *   their size in map units, a power of the root of two, and which of them come first
 */
export function cellsOf(view) {
  const axis = (scale, center, pixels) => {
    const size = 2 ** (Math.round(2 * Math.log2(CELL_PX / Math.abs(scale))) / 2);
    const half = pixels / Math.abs(scale) / 2;
    const first = Math.floor((center - half) / size) - 1;
    return { size, first, count: Math.floor((center + half) / size) + 2 - first };
  };
  const [x, y] = [axis(view.scaleX, view.centerX, view.width), axis(view.scaleY, view.centerY, view.height)];
  return { sizeX: x.size, sizeY: y.size, x0: x.first, y0: y.first, columns: x.count, rows: y.count };
}

/**
 * @param {Field} field
 * @param {{latentDim: number, target: {array: Float32Array}, origin: {array: Float32Array}, mark: {array: Uint8Array}}} points
 * @param {ArrayLike<number> | null} ids samples, each gets an arrow of either kind; null for all of them
 * @param {{scaleX: number, scaleY: number}} view
 * @returns {Arrows} the strongest first
 */
export function arrowsOfPoints(field, points, ids, view) {
  const shown = Array.from(ids ?? points.mark.array.keys()).filter((id) => !(points.mark.array[id] & HIDDEN));
  const felt = strongest(field, points.target.array, shown, view, ids ? APART_PX.few : APART_PX.all);
  const make = createArrows(2 * felt.length);
  const dim = field.latentDim;
  for (const id of felt) {
    const at = id * dim;
    const place = (array) => [array[at], array[at + 1], dim > 2 ? array[at + 2] : 0];
    const force = (steps, scale) => [steps[at] * scale, steps[at + 1] * scale, dim > 2 ? steps[at + 2] * scale : 0];
    const [from, to] = [place(points.origin.array), place(points.target.array)];
    make.add(from, to, force(field.pull, field.pullScale), force(field.push, field.pushScale));
  }
  return make.finish(view);
}

/**
 * @param {Field} field with two axes
 * @param {{target: {array: Float32Array}, origin: {array: Float32Array}, mark: {array: Uint8Array}}} points
 * @param {ReturnType<typeof cellsOf>} cells
 * @param {{scaleX: number, scaleY: number}} view
 * @returns {Arrows} of the mean force of each cell's points
 */
export function arrowsOfCells(field, points, cells, view) {
  const sums = sumCells(field, points, cells);
  const make = createArrows(2 * cells.columns * cells.rows);
  for (let at = 0; at < sums.length; at += 9) {
    const count = sums[at];
    if (count < LEAST_IN_CELL) continue;
    const mean = (k, scale = 1) => [(sums[at + k] * scale) / count, (sums[at + k + 1] * scale) / count, 0];
    make.add(mean(1), mean(3), mean(5, field.pullScale), mean(7, field.pushScale));
  }
  return make.finish(view);
}

/** Counts and sums of each cell in sight, nine numbers a cell: count, origin, target, pull, push. */
function sumCells({ pull, push }, points, { sizeX, sizeY, x0, y0, columns, rows }) {
  const sums = new Float64Array(9 * columns * rows);
  const [to, from, mark] = [points.target.array, points.origin.array, points.mark.array];
  for (let i = 0; i < to.length; i += 2) {
    const column = Math.floor(to[i] / sizeX) - x0;
    const row = Math.floor(to[i + 1] / sizeY) - y0;
    if (!(column >= 0 && column < columns && row >= 0 && row < rows) || mark[i >> 1] & HIDDEN) continue;
    const at = 9 * (row * columns + column);
    sums[at] += 1;
    for (let axis = 0; axis < 2; axis += 1) {
      sums[at + 1 + axis] += from[i + axis];
      sums[at + 3 + axis] += to[i + axis];
      sums[at + 5 + axis] += pull[i + axis];
      sums[at + 7 + axis] += push[i + axis];
    }
  }
  return sums;
}

/** At most 300 samples: those that feel most, one in each little square of the screen. */
function strongest({ latentDim, pull, push, pullScale, pushScale }, places, ids, { scaleX, scaleY }, apartPx) {
  const felt = (id) => {
    let squares = 0;
    for (let k = id * latentDim; k < (id + 1) * latentDim; k += 1)
      squares += (pull[k] * pullScale) ** 2 + (push[k] * pushScale) ** 2;
    return squares;
  };
  const scales = [Math.abs(scaleX), Math.abs(scaleY), Math.min(Math.abs(scaleX), Math.abs(scaleY))];
  const squareOf = (id) => scales.slice(0, latentDim).map((scale, axis) => Math.floor((places[id * latentDim + axis] * scale) / apartPx)).join();
  const taken = new Set();
  const isFree = (id) => {
    const square = squareOf(id);
    if (taken.has(square)) return false;
    taken.add(square);
    return true;
  };
  const strengths = Float64Array.from(ids, felt);
  const least = strengths.slice().sort()[ids.length - MOST_COMPARED] ?? 0;
  const able = ids.filter((_, nth) => strengths[nth] >= least);
  return able.sort((a, b) => felt(b) - felt(a)).filter(isFree).slice(0, MOST_POINTS);
}

function createArrows(most) {
  const arrows = { from: new Float32Array(3 * most), to: new Float32Array(3 * most), vector: new Float32Array(3 * most), kind: new Uint8Array(most), count: 0 };

  function addOne(from, to, vector, kind) {
    if (!vector.some((value) => value !== 0) || !to.every(Number.isFinite)) return;
    const at = 3 * arrows.count;
    arrows.from.set(from, at);
    arrows.to.set(to, at);
    arrows.vector.set(vector, at);
    arrows.kind[arrows.count] = kind;
    arrows.count += 1;
  }

  return {
    add(from, to, pull, push) {
      addOne(from, to, pull, 0);
      addOne(from, to, push, 1);
    },
    finish: (view) => scaled(arrows, view),
  };
}

/** Give arrows their lengths on the screen and drop the short ones, in place. */
function scaled(arrows, { scaleX, scaleY }) {
  const { from, to, vector, kind, count } = arrows;
  const lengths = Float64Array.from({ length: count }, (_, i) => {
    const z = vector[3 * i + 2] * Math.min(Math.abs(scaleX), Math.abs(scaleY));
    return Math.hypot(vector[3 * i] * scaleX, vector[3 * i + 1] * scaleY, z);
  });
  const usual = lengths.slice().sort()[Math.min(count - 1, Math.floor(0.95 * count))];
  const factor = (USUAL_LENGTH * CELL_PX) / usual;
  let kept = 0;
  for (let i = 0; i < count; i += 1) {
    if (!(lengths[i] * factor >= LEAST_PX)) continue;
    const shrink = factor * Math.min(1, (MOST_LENGTH * CELL_PX) / (lengths[i] * factor));
    for (let axis = 0; axis < 3; axis += 1) {
      from[3 * kept + axis] = from[3 * i + axis];
      to[3 * kept + axis] = to[3 * i + axis];
      vector[3 * kept + axis] = vector[3 * i + axis] * shrink;
    }
    kind[kept] = kind[i];
    kept += 1;
  }
  arrows.count = kept;
  return arrows;
}
