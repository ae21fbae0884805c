/**
 * The light frame around a cloud: the grid on the three faces of a box behind it, or, seen flat, a grid as on paper.
 * Pure. A line is seven numbers: its two ends and how strong it is, 0 to 1.
 *
 * @typedef {import("./pose.mjs").Vector} Vector
 * @typedef {{low: Vector, high: Vector}} Box
 */
import { dot, plus } from "./pose.mjs";

export const LINE_LENGTH = 7;
const GRID_STRENGTH = 0.75;
const NUM_STEPS = 5;
/** Between a line and the edge of its face, in steps. */
const EDGE_ROOM = 0.15;

/** A round number near `size`: 1, 2 or 5 times a power of ten. */
export function niceStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  const digit = size / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

/** Multiples of `step` between two values, and not so near to these that two lines would look like a mistake. */
export function multiples(low, high, step) {
  const [begin, end] = [low + EDGE_ROOM * step, high - EDGE_ROOM * step];
  const first = Math.ceil(begin / step);
  const count = Math.max(0, Math.floor(end / step) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** @param {import("./fit.mjs").Bounds} bounds @param {number} margin as a share of the longest side @returns {Box} */
export function boxAround({ low, high }, margin) {
  const room = margin * (Math.max(...low.map((value, axis) => high[axis] - value)) || 1);
  return { low: plus(low, [room, room, room], -1), high: plus(high, [room, room, room]) };
}

/** Data units between two lines of a box's grid. @param {Box} box */
export const boxStep = ({ low, high }) => niceStep(Math.max(...low.map((value, axis) => high[axis] - value)) / NUM_STEPS);

/** Which of the two faces across an axis is behind the cloud. @param {Vector} towards from the box's middle to the eye */
export const isWallAtLow = (axis, towards) => towards[axis] > 0;

/**
 * The faces of a box that are behind the cloud, each with its edges and grid.
 *
 * @param {Box} box
 * @param {Vector} towards from the box's middle to the eye
 * @param {number} strength of all lines
 * @returns {number[]} lines
 */
export function boxLines({ low, high }, towards, strength) {
  const step = boxStep({ low, high });
  const lines = [];
  for (let axis = 0; axis < 3; axis++) {
    const wall = isWallAtLow(axis, towards) ? low[axis] : high[axis];
    for (const [along, across] of [[(axis + 1) % 3, (axis + 2) % 3], [(axis + 2) % 3, (axis + 1) % 3]]) {
      const line = (value, own) => {
        const [a, b] = [[0, 0, 0], [0, 0, 0]];
        a[axis] = b[axis] = wall;
        a[across] = b[across] = value;
        a[along] = low[along];
        b[along] = high[along];
        lines.push(...a, ...b, own * strength);
      };
      for (const value of multiples(low[across], high[across], step)) line(value, GRID_STRENGTH);
      line(low[across], 1);
      line(high[across], 1);
    }
  }
  return lines;
}

/**
 * What a grid as on paper covers, along the eye's right and up.
 *
 * @param {import("./projection.mjs").SpaceProjection} projection
 * @returns {{step: number, low: [number, number], high: [number, number]}} a step more than is in sight
 */
export function paperRange({ right, up, center, pose, width, height }) {
  const step = niceStep(pose.span / NUM_STEPS);
  const half = [((width / height) * pose.span) / 2 + step, pose.span / 2 + step];
  const middle = [dot(center, right), dot(center, up)];
  return { step, low: [middle[0] - half[0], middle[1] - half[1]], high: [middle[0] + half[0], middle[1] + half[1]] };
}

/**
 * A grid in the plane of the screen through the target, over all that is in sight.
 *
 * @param {import("./projection.mjs").SpaceProjection} projection
 * @param {number} strength
 * @returns {number[]} lines
 */
export function paperLines(projection, strength) {
  const { right, up, center } = projection;
  const { step, low, high } = paperRange(projection);
  const middle = low.map((value, axis) => (value + high[axis]) / 2);
  const half = low.map((value, axis) => (high[axis] - value) / 2);
  const lines = [];
  for (const { axis, direction, other, crossing } of [{ axis: 0, direction: right, other: 1, crossing: up }, { axis: 1, direction: up, other: 0, crossing: right }]) {
    for (const value of multiples(low[axis], high[axis], step)) {
      const at = plus(center, direction, value - middle[axis]);
      lines.push(...plus(at, crossing, -half[other]), ...plus(at, crossing, half[other]), GRID_STRENGTH * strength);
    }
  }
  return lines;
}
