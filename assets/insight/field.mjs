// Reads what a snapshot tells of places: the same bytes as ml/maps/field_codec.py.

import { snapshotOf } from "./atlas.mjs";

/** @import {ListedFrame} from "../records" */

const MAGIC = 0x31564d4c; // "LMV1", little-endian
const HEADER_BYTES = 64;

/**
 * Read one field. Its arrays are views of the buffer: nothing is copied.
 * @param {ArrayBuffer} buffer
 * @returns {{latentDim: number, gridSide: number, numSamples: number, low: number[], high: number[],
 *   pullScale: number, pushScale: number, pull: Int8Array, push: Int8Array, region: Int16Array}}
 *   forces interleaved by sample, in steps of scale / 127; class_index of each cell, row 0 at low y, -1 nobody's.
 */
export function decodeField(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error("These bytes are not a field.");
  }
  const latentDim = view.getUint16(4, true);
  const gridSide = view.getUint16(6, true);
  const numSamples = view.getUint32(8, true);
  const count = numSamples * latentDim;
  if (buffer.byteLength !== HEADER_BYTES + 2 * count + 2 * gridSide * gridSide) {
    throw new Error(`The field is truncated: ${buffer.byteLength} bytes for ${numSamples} samples.`);
  }
  const corner = (at) => Array.from({ length: latentDim }, (_, axis) => view.getFloat32(at + 4 * axis, true));
  return {
    latentDim, gridSide, numSamples,
    low: corner(12), high: corner(24),
    pullScale: view.getFloat32(36, true), pushScale: view.getFloat32(40, true),
    pull: new Int8Array(buffer, HEADER_BYTES, count),
    push: new Int8Array(buffer, HEADER_BYTES + count, count),
    region: new Int16Array(buffer, HEADER_BYTES + 2 * count, gridSide * gridSide),
  };
}

/** The class_index at a place of the map, -1 where it is nobody's or outside the grid. */
export function regionAt({ gridSide, low, high, region }, x, y) {
  const cell = (value, axis) => Math.floor(((value - low[axis]) / (high[axis] - low[axis])) * gridSide);
  const [column, row] = [cell(x, 0), cell(y, 1)];
  const isInside = column >= 0 && row >= 0 && column < gridSide && row < gridSide;
  return isInside ? region[row * gridSide + column] : -1;
}

/** The field of the snapshot that a picture is of, or the one before; null where it has none. */
export async function fieldAt({ runId, n }, { player, sync, fields }) {
  await sync.needIndex(runId);
  const snapshot = snapshotOf(/** @type {ListedFrame[]} */ (player.trackOf(runId)), n);
  return snapshot?.has_field ? fields.load({ ...snapshot, runId }) : null;
}
