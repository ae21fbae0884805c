// What the list of keys names though no key of the page is called so: the page does not hear it.

/** All four, as keycaps. */
export const ARROWS = "ArrowLeft+ArrowRight+ArrowUp+ArrowDown";

const HEARD = {
  2: { map: "Map", keys: [[ARROWS, "move"], ["-++", "zoom"]] },
  3: { map: "3D map", keys: [[ARROWS, "turn"], [`shift+${ARROWS}`, "slide"], ["-++", "zoom"]] },
};

/**
 * List what a map hears while it has the focus.
 *
 * @param {2 | 3} latentDim
 * @returns {(() => unknown)[]} each takes one from the list again
 */
export function listFocused(keys, group, latentDim) {
  const { map, keys: heard } = HEARD[latentDim];
  return heard.map(([spec, does]) => keys.mention(spec, { label: `${map} in focus: ${does}`, group }));
}
