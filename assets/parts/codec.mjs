// Reads frames and pins and packs selections: the same bytes as ml/maps/codec.py and ml/maps/pins.py.

const MAGIC = 0x31464d4c; // "LMF1", little-endian
const HEADER_BYTES = 64;
const STEPS = 65535;
const PINS_MAGIC = 0x31504d4c; // "LMP1", little-endian
const PINS_HEADER_BYTES = 16;

/**
 * Read one frame.
 * @param {ArrayBuffer} buffer
 * @returns {{epoch: number, isSnapshot: boolean, latentDim: number, numSamples: number,
 *   embedding: Float32Array, prediction: ?Int16Array, confidence: ?Uint8Array,
 *   uncertainty: ?Uint8Array}} positions interleaved by sample; the last three for snapshots only.
 */
export function decodeFrame(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error("These bytes are not a frame.");
  }
  const isSnapshot = view.getUint16(4, true) === 1;
  const latentDim = view.getUint16(6, true);
  const numSamples = view.getUint32(8, true);
  const expected = HEADER_BYTES + numSamples * (2 * latentDim + (isSnapshot ? 4 : 0));
  if (buffer.byteLength !== expected) {
    throw new Error(`The frame is truncated: ${buffer.byteLength} bytes for ${numSamples} samples.`);
  }
  const embedding = readPositions(view, buffer, latentDim, numSamples);
  const epoch = view.getFloat32(16, true);
  const frame = { epoch, isSnapshot, latentDim, numSamples, embedding };
  if (!isSnapshot) return { ...frame, prediction: null, confidence: null, uncertainty: null };
  const at = HEADER_BYTES + 2 * latentDim * numSamples;
  return {
    ...frame,
    prediction: new Int16Array(buffer, at, numSamples),
    confidence: new Uint8Array(buffer, at + 2 * numSamples, numSamples),
    uncertainty: new Uint8Array(buffer, at + 3 * numSamples, numSamples),
  };
}

function readPositions(view, buffer, latentDim, numSamples) {
  const quantised = new Uint16Array(buffer, HEADER_BYTES, numSamples * latentDim);
  const embedding = new Float32Array(numSamples * latentDim);
  for (let axis = 0; axis < latentDim; axis += 1) {
    const low = view.getFloat32(20 + 4 * axis, true);
    const scale = (view.getFloat32(32 + 4 * axis, true) - low) / STEPS;
    for (let i = axis; i < quantised.length; i += latentDim) embedding[i] = low + quantised[i] * scale;
  }
  return embedding;
}

/** Nobody was put anywhere. @type {Readonly<import("../teaching/pins.mjs").Pins>} */
export const NO_PINS = Object.freeze({ ids: new Uint32Array(0), places: new Float32Array(0), seqs: new Float64Array(0) });

/**
 * Read the answer of `GET /api/projects/{p}/pins/{seq}`: where samples were moved to.
 * @param {ArrayBuffer} buffer
 * @returns {{ids: Uint32Array, places: Float32Array, seqs: Uint32Array}} by ascending id; places
 *   interleaved by sample; seqs name the event that placed each.
 */
export function decodePins(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < PINS_HEADER_BYTES || view.getUint32(0, true) !== PINS_MAGIC) {
    throw new Error("These bytes are not pins.");
  }
  const latentDim = view.getUint16(4, true);
  const count = view.getUint32(8, true);
  if (buffer.byteLength !== PINS_HEADER_BYTES + 4 * count * (latentDim + 2)) {
    throw new Error(`The pins are truncated: ${buffer.byteLength} bytes for ${count} samples.`);
  }
  const at = PINS_HEADER_BYTES + 4 * count;
  return {
    ids: new Uint32Array(buffer, PINS_HEADER_BYTES, count),
    places: new Float32Array(buffer, at, count * latentDim),
    seqs: new Uint32Array(buffer, at + 4 * count * latentDim, count),
  };
}

/**
 * Pack ascending, unique sample ids into the shorter of the two forms.
 * @param {Uint32Array} ids
 * @param {number} numSamples
 * @returns {Uint8Array}
 */
export function packIds(ids, numSamples) {
  const bitsetBytes = (numSamples + 7) >> 3;
  if (ids.length * 4 <= bitsetBytes) {
    const packed = new Uint8Array(1 + ids.length * 4);
    const view = new DataView(packed.buffer);
    ids.forEach((id, i) => view.setUint32(1 + 4 * i, id, true));
    return packed;
  }
  const packed = new Uint8Array(1 + bitsetBytes);
  packed[0] = 1;
  for (const id of ids) packed[1 + (id >> 3)] |= 1 << (id & 7);
  return packed;
}

/** Read a packed selection back to ascending sample ids. */
export function unpackIds(packed, numSamples) {
  const ids = [];
  if (packed[0] === 0) {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    for (let at = 1; at + 4 <= packed.length; at += 4) ids.push(view.getUint32(at, true));
  } else {
    for (let id = 0; id < numSamples; id += 1) {
      if (packed[1 + (id >> 3)] & (1 << (id & 7))) ids.push(id);
    }
  }
  return Uint32Array.from(ids);
}

/** Encode bytes as base64, in chunks so that a million ids do not overflow the call stack. */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** The bytes of a text made by `toBase64`. */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/**
 * Read the answer of `GET /api/datasets/{d}/samples`.
 * @returns {{label: Int16Array, heldOut: Uint8Array}}
 */
export function decodeSamples(buffer, numSamples) {
  if (buffer.byteLength !== 3 * numSamples) throw new Error("The sample table is truncated.");
  return {
    label: new Int16Array(buffer, 0, numSamples),
    heldOut: new Uint8Array(buffer, 2 * numSamples, numSamples),
  };
}
