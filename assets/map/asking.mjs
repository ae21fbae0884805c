/** What a key asks of a map that has the focus. Pure. */

const KEY_PX = 24;
const KEY_ZOOM = 1.2;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOMS = { "+": 1 / KEY_ZOOM, "=": 1 / KEY_ZOOM, "-": KEY_ZOOM };

/**
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event
 * @returns {{by?: [number, number], factor?: number} | null} by: as a hand that drags so many pixels right and down;
 *   factor: to multiply what is in sight with; null where it asks nothing
 */
export function askedBy({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  if (key in ZOOMS) return { factor: ZOOMS[key] };
  return key in ARROWS ? { by: ARROWS[key].map((way) => KEY_PX * way) } : null;
}
