/**
 * The numbers along the frame in space: beside three edges of the box, or, seen flat, along the window's edges as on
 * a flat map. Pure.
 *
 * @typedef {{text: string, x: number, y: number, opacity: number}} Tick centre in pixels from the canvas's corner
 * @typedef {import("./projection.mjs").SpaceProjection} Projection
 */
import { arrange } from "../names.mjs";
import { boxStep, isWallAtLow, multiples, paperRange } from "./frame_lines.mjs";
import { dot } from "./pose.mjs";

/** An axis shorter than this on the screen is seen from its end: numbers would pile up. */
const LEAST_PX = 60;
/** With fewer numbers than this in sight an axis is not told. */
const ENOUGH = 2;
/** The axis that stays upright however a cloud is turned. */
export const UPRIGHT = 1;
const GAP_PX = 5;
const CHAR_PX = 6.4;
const HEIGHT_PX = 14;
/** Between a number and the window's edge, seen flat. */
const EDGE_PX = 4;
/** The handle that folds the panel away lies at the left edge, as beside the numbers of a map with two axes. */
const BESIDE_HANDLE_PX = 17;

/** A round number as people write it; `step` says how many digits matter. */
export function tickText(value, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isPlain = digits <= 4 && Math.abs(value) < 1e6;
  const text = Math.abs(value) < step / 2 ? "0" : isPlain ? value.toFixed(digits) : value.toExponential(1);
  return text.replace("-", "\u2212");
}

const sizeOf = (text) => ({ width: CHAR_PX * text.length, height: HEIGHT_PX });

/** Those of some ticks that do not cover one another. */
function apart(ticks, { width, height }) {
  const isShown = arrange(ticks.map(({ text, x, y }) => ({ x, y, ...sizeOf(text) })), width, height);
  return ticks.filter((_, nth) => isShown[nth]);
}

/**
 * @param {import("./frame_lines.mjs").Box} box
 * @param {Projection} projection
 * @param {import("./pose.mjs").Vector} towards from the box's middle to the eye
 * @param {number} opacity
 * @returns {Tick[]} none that covers another
 */
export function boxTicks(box, projection, towards, opacity) {
  const middle = projection.toPixel(box.low.map((low, axis) => (low + box.high[axis]) / 2));
  const ticks = [0, 1, 2].flatMap((axis) => edgeTicks(axis, box, { projection, towards, middle }));
  return apart(ticks.map((tick) => ({ ...tick, opacity })), projection);
}

/** Numbers where people look for them, below and on the left; along the other edge where hardly any is in sight there. */
function edgeTicks(axis, box, scene) {
  const [first, second] = edgesAlong(axis, box, scene.towards)
    .map((edge) => ({ rank: rankOf(edge, axis, scene), ticks: ticksOn(edge, axis, box, scene) }))
    .sort((a, b) => b.rank - a.rank);
  return first.ticks.length >= Math.min(ENOUGH, second.ticks.length) ? first.ticks : second.ticks;
}

/** How far down an edge is, how far to the left an upright one. */
function rankOf(edge, axis, { projection }) {
  const [a, b] = edge.map((place) => projection.toPixel(place));
  return (axis === UPRIGHT ? -(a[0] + b[0]) : a[1] + b[1]) || 0;
}

function ticksOn(edge, axis, box, { projection, middle }) {
  const [a, b] = edge.map((place) => projection.toPixel(place));
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (!(length >= LEAST_PX)) return []; // behind the eye it is not a number
  const out = outwards(a, b, middle, length);
  const place = [...edge[0]];
  const step = boxStep(box);
  const ticks = multiples(box.low[axis], box.high[axis], step).map((value) => {
    place[axis] = value;
    const text = tickText(value, step);
    const { width, height } = sizeOf(text);
    const far = GAP_PX + (Math.abs(out[0]) * width + Math.abs(out[1]) * height) / 2;
    const [x, y] = projection.toPixel(place);
    return { text, x: x + out[0] * far, y: y + out[1] * far };
  });
  return ticks.filter((tick) => isWhole(tick, projection));
}

/** Whether all of a number is in sight. */
function isWhole({ text, x, y }, { width, height }) {
  const half = sizeOf(text).width / 2;
  return x >= half && x <= width - half && y >= HEIGHT_PX / 2 && y <= height - HEIGHT_PX / 2;
}

/** The two edges along an axis where a drawn wall ends: one of them is on the outline of the box. */
function edgesAlong(axis, { low, high }, towards) {
  const [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
  const wall = (of) => (isWallAtLow(of, towards) ? low[of] : high[of]);
  const open = (of) => (isWallAtLow(of, towards) ? high[of] : low[of]);
  return [[wall(b), open(c)], [open(b), wall(c)]].map(([atB, atC]) =>
    [low, high].map((end) => {
      const place = [0, 0, 0];
      [place[axis], place[b], place[c]] = [end[axis], atB, atC];
      return place;
    }));
}

/** The direction on the screen that leads from an edge away from the middle. */
function outwards(a, b, middle, length) {
  const normal = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
  const side = normal[0] * (a[0] - middle[0]) + normal[1] * (a[1] - middle[1]);
  return side >= 0 ? normal : normal.map((value) => -value);
}

/**
 * @param {Projection} projection seen flat
 * @param {number} opacity
 * @returns {Tick[]} along the lower and the left edge of the window
 */
export function paperTicks(projection, opacity) {
  const { right, up, center, scale, screen, height } = projection;
  const { step, low, high } = paperRange(projection);
  const across = multiples(low[0], high[0], step).map((value) => ({ text: tickText(value, step), x: screen.originX + (value - dot(center, right)) * scale, y: height - HEIGHT_PX / 2 - EDGE_PX }));
  const along = multiples(low[1], high[1], step).map((value) => {
    const text = tickText(value, step);
    return { text, x: BESIDE_HANDLE_PX + sizeOf(text).width / 2, y: screen.originY - (value - dot(center, up)) * scale - HEIGHT_PX / 2 };
  });
  return apart([...across, ...along].filter((tick) => isWhole(tick, projection)).map((tick) => ({ ...tick, opacity })), projection);
}
