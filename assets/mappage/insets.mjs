// What floats over the edges of a map's window, so that a fit keeps the points clear of it.

/** The head and the corner are always there, or will be; the edges' handles and the numbers of the axes lie inside too. */
const LEAST = { left: 16, top: 40, right: 16, bottom: 20 };
const GAP = 4;

/**
 * @param {{top: number}} pane the window, client pixels
 * @param {{bottom: number, height: number}[]} floats what hangs from its top
 * @returns {import("../map/room.mjs").Insets}
 */
export function insetsUnder(pane, floats) {
  const lowest = floats.filter(({ height }) => height > 0).map(({ bottom }) => bottom - pane.top + GAP);
  return { ...LEAST, top: Math.max(LEAST.top, ...lowest) };
}

/** The insets of a pane as it is now; hints hang over all panes. @param {HTMLElement} pane @param {HTMLElement} root */
export function insetsOf(pane, root) {
  const floats = [...pane.querySelectorAll(".map-head, .map-corner"), ...root.querySelectorAll("#hints:not([hidden])")];
  return insetsUnder(pane.getBoundingClientRect(), floats.map((each) => each.getBoundingClientRect()));
}
