// Reads and paints atlases, what lives where on a map: the same bytes as store/snapshots/atlases.py.

import { inkOf } from "../parts/sheets.mjs";

const MAGIC = 0x32414d4c; // "LMA2", little-endian
/** Side of a cell on the picture of a whole atlas, in pixels. */
const CELL_PX = 64;
/** Share of a cell's side that stays free around its picture. */
const GAP = 0.06;

/**
 * Read one atlas.
 * @param {ArrayBuffer} buffer
 * @returns {{kind: "decoded"|"typical", tile: number, columns: number, rows: number, low: number[], size: number,
 *   cells: number[], lived: number[], ids: ?number[], ink: boolean, png: Uint8Array}} cells: those that have a picture;
 *   lived: those of them that are inhabited. Cell k is at column k % columns of row k / columns, row 0 at low y; low and
 *   size in map units; the PNG has its first row at high y
 */
export function decodeAtlas(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error("These bytes are not an atlas.");
  const length = view.getUint32(4, true);
  if (8 + length > buffer.byteLength) throw new Error(`The atlas is truncated: ${buffer.byteLength} bytes.`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  return { ...header, png: new Uint8Array(buffer, 8 + length) };
}

/** Where the corner of high x and high y is, in map units. */
export const highOf = ({ low, size, columns, rows }) => [low[0] + size * columns, low[1] + size * rows];

/** The cell at a place, -1 where it has no picture. */
export function cellAt({ low, size, columns, rows, cells }, [x, y]) {
  const [column, row] = [Math.floor((x - low[0]) / size), Math.floor((y - low[1]) / size)];
  if (!(column >= 0 && row >= 0 && column < columns && row < rows)) return -1;
  const cell = row * columns + column;
  return cells.includes(cell) ? cell : -1;
}

/** Where the tile of a cell is on the PNG, in pixels from its top left. */
export function tileOf({ columns, rows, tile }, cell) {
  return { x: (cell % columns) * tile, y: (rows - 1 - Math.floor(cell / columns)) * tile };
}

/**
 * The newest snapshot of a run that a picture of the map stands on: frame n, or the one before it.
 * @template {{n: number, is_snapshot: boolean}} T
 * @param {T[]} track the run's frames in order
 * @param {number} n negative between two frames
 * @returns {?T}
 */
export function snapshotOf(track, n) {
  return track.findLast((frame) => frame.is_snapshot && frame.n <= Math.abs(n)) ?? null;
}

/** The tiles as something a canvas can draw; strokes of ink as opacity. */
export async function openPicture({ png, ink }) {
  const image = await createImageBitmap(new Blob([png], { type: "image/png" }));
  return ink ? inkOf(image, image.width, image.height) : image;
}

/** Ink takes a colour of the theme. */
function dye(pen, { ink }, color, { width, height }) {
  if (!ink) return;
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = color;
  pen.fillRect(0, 0, width, height);
  pen.globalCompositeOperation = "source-over";
}

/** Draw one cell on a small canvas of some CSS pixels. */
export function drawCell(canvas, atlas, picture, cell, size) {
  const side = Math.round(size * (window.devicePixelRatio || 1));
  canvas.width = canvas.height = side;
  delete canvas.dataset.sample; // a sample's picture that is still on its way is not wanted any more
  const pen = canvas.getContext("2d");
  const { x, y } = tileOf(atlas, cell);
  pen.imageSmoothingEnabled = atlas.kind === "decoded";
  pen.drawImage(picture, x, y, atlas.tile, atlas.tile, 0, 0, side, side);
  dye(pen, atlas, getComputedStyle(canvas).color, canvas);
}

/** Paint a whole atlas on one canvas, for the map to lay below its points; cells where nobody lives stay clear. */
export function paintAtlas(atlas, picture, color) {
  const { columns, rows, tile, lived } = atlas;
  const canvas = document.createElement("canvas");
  canvas.width = columns * CELL_PX;
  canvas.height = rows * CELL_PX;
  const pen = canvas.getContext("2d");
  const [inset, side] = [GAP * CELL_PX, (1 - 2 * GAP) * CELL_PX];
  for (const cell of lived) {
    const { x, y } = tileOf(atlas, cell);
    pen.drawImage(picture, x, y, tile, tile, (x / tile) * CELL_PX + inset, (y / tile) * CELL_PX + inset, side, side);
  }
  dye(pen, atlas, color, canvas);
  return canvas;
}
