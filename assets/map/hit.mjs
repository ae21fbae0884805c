/**
 * Nearest point to a pixel. Pure. Distances are in pixels: `view` says how many a data unit has on each axis.
 *
 * @typedef {{x: number, y: number, radiusX: number, radiusY: number}} Probe a place and its reach in data units
 * @typedef {{x0: number, y0: number, cellX: number, cellY: number, columns: number, rows: number,
 *   starts: Uint32Array, ids: Uint32Array}} Grid samples sorted by cell
 */
import { HIDDEN } from "./marks.mjs";

/** Samples a cell holds on average: fewer cost memory, more cost time. */
const SAMPLES_PER_CELL = 2;
const MAX_SIDE = 1024;

/**
 * Cells of equal size over an extent; what lies beyond it is in the cells along its edge.
 *
 * @param {Float32Array} positions interleaved by sample
 * @param {number} stride
 * @param {{x: number[], y: number[]}} extent of most positions
 * @returns {Grid}
 */
export function buildGrid(positions, stride, extent) {
  const numSamples = positions.length / stride;
  const side = Math.max(1, Math.min(MAX_SIDE, Math.ceil(Math.sqrt(numSamples / SAMPLES_PER_CELL))));
  const cellX = (extent.x[1] - extent.x[0]) / side || 1;
  const cellY = (extent.y[1] - extent.y[0]) / side || 1;
  const grid = { x0: extent.x[0], y0: extent.y[0], cellX, cellY, columns: side, rows: side };
  const cells = new Int32Array(numSamples);
  const starts = new Uint32Array(side * side + 1);
  for (let id = 0; id < numSamples; id++) {
    cells[id] = cellAt(grid, positions[id * stride], positions[id * stride + 1]);
    if (cells[id] >= 0) starts[cells[id] + 1]++;
  }
  for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
  const ids = new Uint32Array(starts[side * side]);
  const next = starts.slice();
  for (let id = 0; id < numSamples; id++) if (cells[id] >= 0) ids[next[cells[id]]++] = id;
  return { ...grid, starts, ids };
}

function clampCell(value, origin, size, count) {
  return Math.min(count - 1, Math.max(0, Math.floor((value - origin) / size)));
}

/** The cell of a place, or -1 when the place is not a number. */
function cellAt(grid, x, y) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return -1;
  return clampCell(y, grid.y0, grid.cellY, grid.rows) * grid.columns + clampCell(x, grid.x0, grid.cellX, grid.columns);
}

/** Remembers the nearest of the samples it is shown; of equals the one drawn on top, which is the last. */
class Nearest {
  id = -1;
  #best = 1;

  /** @param {Probe} probe */
  constructor(probe) {
    this.probe = probe;
  }

  offer(id, x, y) {
    const { probe } = this;
    const dx = (x - probe.x) / probe.radiusX;
    const dy = (y - probe.y) / probe.radiusY;
    const distance = dx * dx + dy * dy;
    if (distance > this.#best || (distance === this.#best && id < this.id)) return;
    this.#best = distance;
    this.id = id;
  }
}

/**
 * @param {Grid} grid
 * @param {Float32Array} positions the ones the grid was built from
 * @param {number} stride
 * @param {Uint8Array} mark hidden samples are not hit
 * @param {Probe} probe
 * @returns {number} the id of the nearest sample within reach, or -1
 */
export function nearestInGrid(grid, positions, stride, mark, probe) {
  const nearest = new Nearest(probe);
  eachAround(grid, probe, (id) => {
    if (!(mark[id] & HIDDEN)) nearest.offer(id, positions[id * stride], positions[id * stride + 1]);
  });
  return nearest.id;
}

/** Shows the samples of all cells that a probe reaches. @param {Grid} grid @param {Probe} probe @param {(id: number) => void} show */
export function eachAround(grid, probe, show) {
  const left = clampCell(probe.x - probe.radiusX, grid.x0, grid.cellX, grid.columns);
  const right = clampCell(probe.x + probe.radiusX, grid.x0, grid.cellX, grid.columns);
  const bottom = clampCell(probe.y - probe.radiusY, grid.y0, grid.cellY, grid.rows);
  const top = clampCell(probe.y + probe.radiusY, grid.y0, grid.cellY, grid.rows);
  for (let row = bottom; row <= top; row++) {
    const end = grid.starts[row * grid.columns + right + 1];
    for (let k = grid.starts[row * grid.columns + left]; k < end; k++) show(grid.ids[k]);
  }
}

/**
 * The same among points on their way, without a grid and without building their positions.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} t
 * @param {number} stride
 * @param {Uint8Array} mark
 * @param {Probe} probe
 * @returns {number}
 */
export function nearestMoving(from, to, t, stride, mark, probe) {
  const nearest = new Nearest(probe);
  const s = 1 - t;
  for (let id = 0, i = 0; id < mark.length; id++, i += stride) {
    const x = from[i] * s + to[i] * t;
    if (!(Math.abs(x - probe.x) <= probe.radiusX) || mark[id] & HIDDEN) continue;
    const y = from[i + 1] * s + to[i + 1] * t;
    if (Math.abs(y - probe.y) <= probe.radiusY) nearest.offer(id, x, y);
  }
  return nearest.id;
}
