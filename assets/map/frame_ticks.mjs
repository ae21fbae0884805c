/** The numbers of a flat map's frame, which Plotly draws: none stands half below what hangs from the window's top. */
import { toPixel } from "./frame_axes.mjs";

/** Where the head of a window ends, and half a line of a number's height, in pixels. */
const HEAD_PX = 44;
const HALF_LINE_PX = 8;

/**
 * Whether a number of the upright axis would stand below a window's head.
 *
 * @param {import("./frame_axes.mjs").View} view
 * @param {number} value what it says, in data units
 */
export const isUnderHead = (view, value) => toPixel(view, view.centerX, value)[1] < HEAD_PX + HALF_LINE_PX;

/**
 * Hide the numbers that would, and show the others: a pan brings new ones, and moves those that are there.
 *
 * @param {HTMLElement} plot the element Plotly draws in
 * @param {import("./frame_axes.mjs").View} view
 */
export function clearHead(plot, view) {
  for (const each of plot.querySelectorAll(".ytick > text")) {
    const visibility = isUnderHead(view, Number(each.__data__?.x)) ? "hidden" : "";
    if (each.style.visibility !== visibility) each.style.visibility = visibility;
  }
}
