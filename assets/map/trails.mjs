/**
 * Ways that points went, as lines to draw: fainter where they began, so that the eye sees which end is now. Pure.
 *
 * @typedef {{path: Float32Array, latentDim: number, color: ArrayLike<number>}} Trail places in order, interleaved; rgb, and
 *   how opaque where that is said, 0 to 255
 */

const FAINTEST = 0.25;
const ALPHA = 220;

/**
 * @param {Trail[]} trails
 * @returns {{segments: Float32Array, color: number[]}[]} for `Strokes.set`: one part a piece, (x, y, z, x, y, z)
 */
export function trailParts(trails) {
  return trails.flatMap(({ path, latentDim, color }) => {
    const count = path.length / latentDim - 1;
    const place = (nth) => [path[nth * latentDim], path[nth * latentDim + 1], latentDim > 2 ? path[nth * latentDim + 2] : 0];
    return Array.from({ length: Math.max(0, count) }, (_, nth) => {
      const age = FAINTEST + ((1 - FAINTEST) * (nth + 1)) / count;
      return { segments: Float32Array.from([...place(nth), ...place(nth + 1)]), color: [...Array.from(color).slice(0, 3), Math.round((ALPHA * age * (color[3] ?? 255)) / 255)] };
    });
  });
}
