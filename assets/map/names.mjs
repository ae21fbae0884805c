/** Where class names stand and which of them fit on the map. Pure. */

/** Room kept between a name and the cluster it stands above. */
const ABOVE_PX = 3;
/** A cluster that reaches less than the first hides below its name, which stands above it; past the second, within. */
const TIGHT_PX = [26, 48];

/**
 * How far above the middle of its cluster a name stands, so that it does not cover all of it.
 *
 * @param {(place: number[]) => ?ArrayLike<number>} toPixel
 * @param {number[]} place the middle, in data units
 * @param {number[]} reach of the cluster along each axis, in data units
 * @param {number} height of the name
 * @returns {number} pixels, 0 within a wide cluster; it changes smoothly with the zoom
 */
export function liftOf(toPixel, place, reach, height) {
  const middle = toPixel(place);
  const ends = reach.map((span, axis) => toPixel(place.map((value, i) => value + (i === axis ? span : 0))));
  if (!middle || ends.some((end) => !end)) return 0;
  const along = Math.hypot(...ends.map((end) => end[1] - middle[1]));
  const across = Math.hypot(...ends.map((end) => end[0] - middle[0]));
  const share = (TIGHT_PX[1] - Math.max(along, across / 2)) / (TIGHT_PX[1] - TIGHT_PX[0]);
  return Math.min(1, Math.max(0, share)) * (along + height / 2 + ABOVE_PX) || 0;
}

/** Room kept between two names. */
const GAP_PX = 2;

/**
 * @param {{x: number, y: number, width: number, height: number}[]} boxes centres and sizes, the most important first
 * @param {number} width of the map
 * @param {number} height
 * @returns {boolean[]} whether each is shown: on the map, and not over one shown before it
 */
export function arrange(boxes, width, height) {
  const shown = [];
  return boxes.map((box) => {
    const isOn = box.x >= 0 && box.x <= width && box.y >= 0 && box.y <= height;
    if (!isOn || shown.some((other) => overlaps(box, other))) return false;
    shown.push(box);
    return true;
  });
}

function overlaps(a, b) {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + GAP_PX && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + GAP_PX
  );
}
