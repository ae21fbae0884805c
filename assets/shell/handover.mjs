// A selection on its way from one page to the map: kept in this tab until the map takes it.

import { fromBase64, toBase64, unpackIds } from "../parts/codec.mjs";
import { keptByTab } from "./storing.mjs";

const KEY = "lodemap.handed.";

/**
 * @param {string} projectId
 * @param {Uint8Array} packed ids (ml/maps/codec.py)
 * @returns {boolean} false where the browser keeps nothing, or it is too large
 */
export function handSelection(projectId, packed, storage = keptByTab) {
  const isKept = storage.setItem(KEY + projectId, toBase64(packed));
  if (!isKept) storage.removeItem(KEY + projectId); // who asked is told so: it must not come to light later
  return isKept;
}

/**
 * Take what was handed over, once.
 * @returns {?Uint32Array} ascending ids, null where nothing was
 */
export function takeSelection(projectId, numSamples, storage = keptByTab) {
  const text = storage.getItem(KEY + projectId);
  if (text === null) return null;
  storage.removeItem(KEY + projectId);
  try {
    const ids = unpackIds(fromBase64(text), numSamples).filter((id) => id < numSamples);
    return ids.length ? ids : null;
  } catch {
    return null; // damaged
  }
}
