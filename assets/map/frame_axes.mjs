/**
 * What is read from Plotly, where it puts a sample on the screen, and which ranges fit the points.
 * All but `readFrame` is pure. Pixels are CSS pixels from the canvas's top left corner.
 *
 * @typedef {{x: [number, number], y: [number, number]}} Range
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 * @typedef {{plot: Box, canvas: Box, range: Range}} Frame
 * @typedef {{scaleX: number, scaleY: number, centerX: number, centerY: number, originX: number, originY: number,
 *   width: number, height: number}} View the affine map from data to pixels, anchored at the range's centre
 */

/** Room left around the points, as a share of their extent. */
const MARGIN = 0.06;
/** One axis may show a unit at most this much longer than the other, so that a flat map looks flat. */
const MAX_STRETCH = 1.6;

/**
 * The plotting rectangle and the ranges as they are this very moment, in the middle of a pan too: Plotly moves
 * `range` with every mouse move, while its own pixel scale waits for the release.
 *
 * @param {HTMLElement & {_fullLayout?: any}} plot
 * @returns {Frame | null} null while Plotly has not drawn axes
 */
export function readFrame(plot) {
  const { xaxis, yaxis } = plot._fullLayout ?? {};
  if (!(xaxis?._length > 0 && yaxis?._length > 0)) return null;
  const box = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
  /** @type {Range} */
  const range = { x: endsOf(xaxis), y: endsOf(yaxis) };
  return { plot: box, canvas: wholePixels(box), range };
}

/** @returns {[number, number]} */
const endsOf = ({ range: [from, to] }) => [Number(from), Number(to)];

/** The smallest box of whole pixels around a box: a canvas between pixels would be blurred. */
export function wholePixels(box) {
  const left = Math.floor(box.left);
  const top = Math.floor(box.top);
  return {
    left,
    top,
    width: Math.ceil(box.left + box.width) - left,
    height: Math.ceil(box.top + box.height) - top,
  };
}

/** @param {Frame | null} a @param {Frame | null} b */
export function isSameBox(a, b) {
  if (a === null || b === null) return a === b;
  return ["left", "top", "width", "height"].every((side) => a.plot[side] === b.plot[side]);
}

/** @param {Frame} a @param {Frame} b */
export const isSameSize = (a, b) => a.plot.width === b.plot.width && a.plot.height === b.plot.height;

/** @param {Range} a @param {Range} b */
export function isSameRange(a, b) {
  return a.x[0] === b.x[0] && a.x[1] === b.x[1] && a.y[0] === b.y[0] && a.y[1] === b.y[1];
}

/**
 * @param {Frame} frame
 * @returns {View}
 */
export function viewOf({ plot, canvas, range }) {
  return {
    scaleX: plot.width / (range.x[1] - range.x[0]),
    scaleY: -plot.height / (range.y[1] - range.y[0]),
    centerX: (range.x[0] + range.x[1]) / 2,
    centerY: (range.y[0] + range.y[1]) / 2,
    originX: plot.left - canvas.left + plot.width / 2,
    originY: plot.top - canvas.top + plot.height / 2,
    width: canvas.width,
    height: canvas.height,
  };
}

/** @param {View} view @returns {[number, number]} pixels */
export function toPixel(view, x, y) {
  return [view.originX + (x - view.centerX) * view.scaleX, view.originY + (y - view.centerY) * view.scaleY];
}

/** @param {View} view @returns {[number, number]} data coordinates */
export function toData(view, pixelX, pixelY) {
  return [
    view.centerX + (pixelX - view.originX) / view.scaleX,
    view.centerY + (pixelY - view.originY) / view.scaleY,
  ];
}

/**
 * Column-major matrix from a position *minus the view's centre* to clip space. The centre is taken off first so
 * that float32 keeps its digits when zoomed in deep; a 3D scene hands its camera matrix and a centre of 0 instead.
 *
 * @param {View} view
 * @param {Float32Array} [out]
 * @returns {Float32Array}
 */
export function matrixOf(view, out = new Float32Array(16)) {
  out.fill(0);
  out[0] = (2 * view.scaleX) / view.width;
  out[5] = (-2 * view.scaleY) / view.height;
  out[12] = (2 * view.originX) / view.width - 1;
  out[13] = 1 - (2 * view.originY) / view.height;
  out[15] = 1;
  return out;
}

/**
 * @param {Float32Array} positions
 * @param {number} stride
 * @returns {Range | null} smallest and largest finite values, null when there are none
 */
export function extentOf(positions, stride) {
  let x0 = Infinity;
  let x1 = -Infinity;
  let y0 = Infinity;
  let y1 = -Infinity;
  for (let i = 0; i < positions.length; i += stride) {
    const x = positions[i];
    const y = positions[i + 1];
    if (!(x - x === 0 && y - y === 0)) continue;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  return x0 <= x1 ? { x: [x0, x1], y: [y0, y1] } : null;
}

/**
 * @param {Range} extent
 * @param {{width: number, height: number}} size of the plotting rectangle in pixels
 * @param {number} [margin]
 * @returns {Range}
 */
export function fitRange(extent, size, margin = MARGIN) {
  const spanX = (extent.x[1] - extent.x[0]) * (1 + 2 * margin);
  const spanY = (extent.y[1] - extent.y[0]) * (1 + 2 * margin);
  const perPixelX = spanX / size.width;
  const perPixelY = spanY / size.height;
  const largest = Math.max(perPixelX, perPixelY);
  const least = largest > 0 ? largest / MAX_STRETCH : 2 / Math.min(size.width, size.height);
  return {
    x: around(extent.x, Math.max(perPixelX, least) * size.width),
    y: around(extent.y, Math.max(perPixelY, least) * size.height),
  };
}

/** @returns {[number, number]} */
function around([low, high], span) {
  const center = (low + high) / 2;
  return [center - span / 2, center + span / 2];
}

/** @param {Range} a @param {Range} b @param {number} t @returns {Range} */
export function mixRanges(a, b, t) {
  const mix = (axis, k) => a[axis][k] * (1 - t) + b[axis][k] * t;
  return { x: [mix("x", 0), mix("x", 1)], y: [mix("y", 0), mix("y", 1)] };
}

/** Ranges of which `share` of the span at a place (0 to 1 from the left, from the bottom) stays where it is. */
export function zoomed({ x, y }, factor, [atX, atY]) {
  const around = ([low, high], share) => {
    const middle = low + share * (high - low);
    return [middle - (middle - low) * factor, middle + (high - middle) * factor];
  };
  return { x: around(x, atX), y: around(y, atY) };
}

/** Ranges moved along by pixels. */
export function panned({ x, y }, [dx, dy], { width, height }) {
  const [perX, perY] = [(x[1] - x[0]) / width, (y[1] - y[0]) / height];
  return { x: x.map((value) => value - dx * perX), y: y.map((value) => value + dy * perY) };
}

/**
 * Whether a view still serves points of this extent: none outside, and they fill a fair part of it.
 *
 * @param {Range} view
 * @param {Range} extent
 * @param {number} leastShare of the view that the longer side must fill
 */
export function holds(view, extent, leastShare = 0.4) {
  const isIn = (axis) => extent[axis][0] >= view[axis][0] && extent[axis][1] <= view[axis][1];
  const share = (axis) => (extent[axis][1] - extent[axis][0]) / (view[axis][1] - view[axis][0]);
  return isIn("x") && isIn("y") && Math.max(share("x"), share("y")) >= leastShare;
}
