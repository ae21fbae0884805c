/** How large a point is drawn. Pure. */

const MAX_PX = 5.4;
const MIN_PX = 1.4;
const MAX_ZOOMED_PX = 14;
/** Up to this many points each is drawn in full size. */
const FULL_SIZE_COUNT = 2500;

/**
 * @param {number} numSamples
 * @param {number} zoom how many times closer than the fitted view
 * @returns {number} diameter in CSS pixels
 */
export function diameterOf(numSamples, zoom) {
  const crowd = Math.max(1, numSamples / FULL_SIZE_COUNT);
  const fitted = Math.max(MIN_PX, MAX_PX * crowd ** -0.19);
  return Math.min(MAX_ZOOMED_PX, fitted * Math.max(1, zoom) ** 0.4);
}
