/**
 * What a map may be told when it is made.
 *
 * @typedef {{x: number, y: number}} Place client pixels
 * @typedef {import("./hands.mjs").Region} Region
 * @typedef {{graph: HTMLElement,
 *   onSelect?: (selection: {ids: Uint32Array, mode: import("./hands.mjs").Mode, region: Region}) => void,
 *   onHover?: (id: number | null, at: Place) => void,
 *   onView?: (view: {range: import("./frame_axes.mjs").Range, box: import("./frame_axes.mjs").Box}) => void,
 *   onOutside?: (count: number) => void,
 *   insets?: () => import("./room.mjs").Insets,
 *   onTrouble?: (trouble: {code: string, message: string}) => void}} MapOptions and the listeners of `mover.mjs`
 */

import { NO_INSETS } from "./room.mjs";

const ignore = () => {};

const DEAF = {
  onSelect: ignore, onHover: ignore, onView: ignore, onOutside: ignore, onTrouble: ignore,
  insets: () => NO_INSETS, onGrab: () => null, onDrag: ignore, onDrop: ignore, onLetGo: ignore,
};

/** @param {MapOptions} options @returns {Required<MapOptions>} with every listener, those that were not given deaf */
export const withListeners = (options) => ({ ...DEAF, ...options });
