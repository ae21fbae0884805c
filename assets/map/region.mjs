/**
 * Lasso and box membership by the even-odd rule. Pure.
 *
 * @typedef {[number, number]} Vertex
 */
import { HIDDEN } from "./marks.mjs";

/** Edges are sorted into this many bands of y, so that a point meets only the few edges of its own band. */
const NUM_BANDS = 512;

/**
 * @param {number[]} x two opposite corners
 * @param {number[]} y
 * @returns {Vertex[]} the four corners
 */
export function boxPath(x, y) {
  return [
    [x[0], y[0]],
    [x[1], y[0]],
    [x[1], y[1]],
    [x[0], y[1]],
  ];
}

/** @param {Vertex[]} path */
function boundsOf(path) {
  const bounds = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
  for (const [x, y] of path) {
    bounds.x0 = Math.min(bounds.x0, x);
    bounds.x1 = Math.max(bounds.x1, x);
    bounds.y0 = Math.min(bounds.y0, y);
    bounds.y1 = Math.max(bounds.y1, y);
  }
  return bounds;
}

/**
 * @param {Vertex[]} path
 * @param {{y0: number, y1: number}} bounds
 * @returns {Float64Array[]} for each band its edges, as (x0, y0, slope, y1) four by four
 */
function bandEdges(path, { y0, y1 }) {
  /** @type {number[][]} */
  const bands = Array.from({ length: NUM_BANDS }, () => []);
  const scale = NUM_BANDS / (y1 - y0);
  const bandOf = (y) => Math.min(NUM_BANDS - 1, Math.max(0, Math.floor((y - y0) * scale)));
  path.forEach(([ax, ay], i) => {
    const [bx, by] = path[(i + 1) % path.length];
    if (ay === by) return;
    const edge = [ax, ay, (bx - ax) / (by - ay), by];
    for (let band = bandOf(Math.min(ay, by)); band <= bandOf(Math.max(ay, by)); band++) bands[band].push(...edge);
  });
  return bands.map((edges) => Float64Array.from(edges));
}

/** Whether a ray from (x, y) to the right crosses the edges an odd number of times. */
function isInside(edges, x, y) {
  let isOdd = false;
  for (let e = 0; e < edges.length; e += 4)
    if (edges[e + 1] > y !== edges[e + 3] > y && x < edges[e] + (y - edges[e + 1]) * edges[e + 2]) isOdd = !isOdd;
  return isOdd;
}

/**
 * Samples inside a closed path that may cross itself: even-odd, so a crossing cuts a hole.
 *
 * @param {Float32Array} positions interleaved by sample
 * @param {number} stride values a sample
 * @param {Vertex[]} path in the units of the positions; fewer than 3 vertices hold nothing
 * @param {Uint8Array} [mark] hidden samples are left out
 * @returns {Uint32Array} ids, ascending
 */
export function idsInside(positions, stride, path, mark) {
  const bounds = boundsOf(path);
  if (path.length < 3 || !(bounds.y1 > bounds.y0) || !(bounds.x1 > bounds.x0)) return new Uint32Array(0);
  const bands = bandEdges(path, bounds);
  const scale = NUM_BANDS / (bounds.y1 - bounds.y0);
  const numSamples = positions.length / stride;
  const found = new Uint32Array(numSamples);
  let count = 0;
  for (let id = 0; id < numSamples; id++) {
    const x = positions[id * stride];
    const y = positions[id * stride + 1];
    if (!(x >= bounds.x0 && x <= bounds.x1 && y >= bounds.y0 && y <= bounds.y1)) continue;
    if (mark && mark[id] & HIDDEN) continue;
    const band = Math.min(NUM_BANDS - 1, Math.floor((y - bounds.y0) * scale));
    if (isInside(bands[band], x, y)) found[count++] = id;
  }
  return found.slice(0, count);
}
