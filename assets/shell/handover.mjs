// A selection on its way from one page to the map: kept in this tab until the map takes it.

import { toBase64, unpackIds } from "../motion/codec.mjs";

const KEY = "lodemap.handed.";

/**
 * @param {string} projectId
 * @param {Uint8Array} packed ids (ml/maps/codec.py)
 * @param {Storage} [storage]
 * @returns {boolean} false where the browser keeps nothing
 */
export function handSelection(projectId, packed, storage = window.sessionStorage) {
  try {
    storage.setItem(KEY + projectId, toBase64(packed));
    return true;
  } catch {
    return false; // forbidden, or too large for it
  }
}

/**
 * Take what was handed over, once.
 * @returns {?Uint32Array} ascending ids, null where nothing was
 */
export function takeSelection(projectId, numSamples, storage = window.sessionStorage) {
  try {
    const text = storage.getItem(KEY + projectId);
    if (text === null) return null;
    storage.removeItem(KEY + projectId);
    const packed = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const ids = unpackIds(packed, numSamples).filter((id) => id < numSamples);
    return ids.length ? ids : null;
  } catch {
    return null;
  }
}
