// What the list of keys names though no key of the page is called so: the page does not hear it.

/** All four, as keycaps. */
export const ARROWS = "ArrowLeft+ArrowRight+ArrowUp+ArrowDown";

/**
 * List what a map in space hears while it has the focus.
 *
 * @returns {(function(): void)[]} each takes one from the list again
 */
export function listTurning(keys, group) {
  return [[ARROWS, "turn"], [`shift+${ARROWS}`, "slide"], ["-++", "zoom"]]
    .map(([spec, does]) => keys.mention(spec, { label: `3D map in focus: ${does}`, group }));
}
