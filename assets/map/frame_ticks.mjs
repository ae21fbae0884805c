/** The numbers of a map's frame: none stands half below what hangs from the window's top. */
import { toPixel } from "./frame_axes.mjs";

/** Where the head of a window ends, and half a line of a number's height, in pixels. */
const HEAD_PX = 44;
const HALF_LINE_PX = 8;

/** Whether a number there would stand below a window's head. @param {number} y of its middle, canvas pixels */
export const isUnderHead = (y) => y < HEAD_PX + HALF_LINE_PX;

/** @typedef {HTMLElement & {__data__?: {x: number}}} PlotlyText with what it is drawn of */

/**
 * Hide those of Plotly's upright axis that would, and show the others: a pan brings new ones, and moves those there.
 *
 * @param {HTMLElement} plot the element Plotly draws in
 * @param {import("./frame_axes.mjs").View} view
 */
export function clearHead(plot, view) {
  for (const each of plot.querySelectorAll(".ytick > text")) {
    const visibility = isUnderHead(toPixel(view, view.centerX, Number(/** @type {PlotlyText} */ (each).__data__?.x))[1]) ? "hidden" : "";
    if (each.style.visibility !== visibility) each.style.visibility = visibility;
  }
}
