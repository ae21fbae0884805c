/** A look at one place: the view goes there where the place is not well in sight, and stays where it is otherwise. */

const MOVE_MS = 260;
/** Share of the window on each side in which a place counts as hardly in sight. */
const RIM = 0.12;

/** @param {[number, number]} pixel @param {{width: number, height: number}} window @returns {boolean} not for what is behind the eye */
export function isWellInSight([x, y], { width, height }) {
  return x >= RIM * width && x <= (1 - RIM) * width && y >= RIM * height && y <= (1 - RIM) * height;
}

/**
 * @param {import("./views.mjs").View} view
 * @param {number[]} place
 * @param {(stance: {of: import("../records").Stance, isUsers: boolean}, ms: number) => void} adopt takes a stance within a time
 */
export function lookAt(view, place, adopt) {
  const { projection } = view;
  if (projection === null || isWellInSight(projection.toPixel(place), projection)) return;
  adopt({ of: view.stanceAt(place), isUsers: true }, MOVE_MS);
}
