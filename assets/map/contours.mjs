/**
 * Where the points crowd: lines around the least area that holds a given share of them (highest density regions,
 * Hyndman 1996), of a density smoothed over a square grid. Pure.
 */
import { bulkOf } from "./bulk.mjs";
import { blurred, zeroLines } from "./regions.mjs";

/** Of the points, from the outermost line to the innermost. */
export const SHARES = [0.95, 0.75, 0.5, 0.25];
const SIDE = 96;
/** How far a point is felt, in cells. */
const SOFTNESS = 2.4;
/** Cells between the outermost points and the end of the grid, so that a line can close around them. */
const MARGIN = 8;
/** Of more points than this every second, third, ... says how dense it is. */
const MOST_ASKED = 200_000;

/**
 * @param {Float32Array} positions interleaved by sample
 * @param {number} stride axes; only the first two count
 * @returns {{share: number, segments: Float32Array}[]} of each share the lines (x, y, 0, x, y, 0) in map units; none
 *   where there is no place, or all are one
 */
export function contoursOf(positions, stride) {
  const grid = gridOf(positions, stride);
  if (!grid) return [];
  const { low, size } = grid;
  const counts = new Float32Array(SIDE * SIDE);
  const cells = cellsOf(positions, stride, grid);
  for (const cell of cells) counts[cell] += 1;
  const density = blurred(counts, SIDE, SOFTNESS);
  const around = Float32Array.from(cells, (cell) => density[cell]).sort();
  return SHARES.map((share) => {
    const level = around[Math.floor((1 - share) * (around.length - 1))];
    const lines = zeroLines(density.map((value) => value - level), SIDE);
    const segments = new Float32Array(1.5 * lines.length);
    lines.forEach((value, k) => { segments[3 * (k >> 1) + (k % 2)] = low[k % 2] + (value + 0.5) * size[k % 2]; });
    return { share, segments };
  });
}

/** A square of cells around the bulk of the points; those beyond are in none. */
function gridOf(positions, stride) {
  const bulk = bulkOf(positions, stride);
  if (!bulk) return null;
  const spans = [0, 1].map((axis) => bulk.high[axis] - bulk.low[axis]);
  if (!(Math.max(...spans) > 0)) return null;
  const inner = SIDE - 2 * MARGIN;
  const size = spans.map((span) => Math.max(span, 1e-3 * Math.max(...spans)) / inner);
  return { low: [0, 1].map((axis) => bulk.low[axis] - MARGIN * size[axis]), size };
}

function cellsOf(positions, stride, { low, size }) {
  const step = stride * Math.max(1, Math.ceil(positions.length / stride / MOST_ASKED));
  const cells = [];
  for (let at = 0; at < positions.length; at += step) {
    const column = Math.floor((positions[at] - low[0]) / size[0]);
    const row = Math.floor((positions[at + 1] - low[1]) / size[1]);
    if (column >= 0 && column < SIDE && row >= 0 && row < SIDE) cells.push(row * SIDE + column);
  }
  return cells;
}
