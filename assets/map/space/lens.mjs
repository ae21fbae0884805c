/**
 * What a view in space shows and how it gets from one sight to another. Pure.
 *
 * @typedef {import("./pose.mjs").Turn} Turn
 * @typedef {import("./pose.mjs").Vector} Vector
 * @typedef {{target: Vector, span: number, home: number, flatness: number, flat: Turn | null,
 *   box: import("./frame_lines.mjs").Box}} Lens home: the span that counts as "not zoomed"; flatness: 0 in space, 1 seen
 *   flat; flat: the turn seen then, null before it was ever seen so
 */
import { boxAround } from "./frame_lines.mjs";
import { middleAlong, spanFor } from "./fit.mjs";
import { mixTurns, plus, turnOf } from "./pose.mjs";

/** How near and how far a hand may go, in times the fitted view. */
const ZOOM_LIMITS = [1 / 400, 8];

/** @param {Vector} a @param {Vector} b @param {number} t @returns {Vector} */
const mix = ([x, y, z], b, t) => [x * (1 - t) + b[0] * t, y * (1 - t) + b[1] * t, z * (1 - t) + b[2] * t];

/** @param {Lens} a @param {Lens} b @param {number} t @returns {Lens} */
export function mixLenses(a, b, t) {
  if (t >= 1) return b;
  const number = (name) => a[name] * (1 - t) + b[name] * t;
  return {
    target: mix(a.target, b.target, t),
    span: number("span"),
    home: number("home"),
    flatness: number("flatness"),
    flat: a.flat && b.flat ? mixTurns(a.flat, b.flat, t) : b.flat ?? a.flat,
    box: { low: mix(a.box.low, b.box.low, t), high: mix(a.box.high, b.box.high, t) },
  };
}

/**
 * @param {{yaw: number, pitch: number}} angles in space
 * @param {Lens} lens
 * @returns {import("./pose.mjs").Pose}
 */
export function poseOf(angles, { target, span, flatness, flat }) {
  const turn = flatness === 0 || flat === null ? turnOf(angles) : mixTurns(turnOf(angles), flat, flatness);
  return { turn, target, span, perspective: 1 - flatness };
}

/**
 * The lens that shows all of a cloud, in space or flat as `lens` is.
 *
 * @param {Lens} lens
 * @param {{yaw: number, pitch: number}} angles
 * @param {{positions: Float32Array, bounds: import("./fit.mjs").Bounds}} cloud
 * @param {number} aspect width over height of the window
 * @param {number} margin room on each side, as a share
 * @returns {Lens}
 */
export function lensAround(lens, angles, { positions, bounds }, aspect, margin) {
  const { turn, perspective } = poseOf(angles, lens);
  const target = lens.flatness > 0 ? middleAlong(positions, turn) : bounds.center;
  const needed = spanFor(positions, { turn, target, perspective }, aspect);
  const span = needed > 0 ? needed * (1 + 2 * margin) : 2 * bounds.radius;
  return { ...lens, target, span, home: span, box: boxAround(bounds, margin) };
}

/** The lens nearer to a place, or farther from it, which stays where it is on the screen. @param {Lens} lens @param {number} factor of the span @param {Vector} place */
export function zoomedLens(lens, factor, place) {
  const [least, most] = ZOOM_LIMITS.map((limit) => limit * lens.home);
  const span = Math.min(most, Math.max(least, lens.span * factor));
  return { ...lens, span, target: plus(lens.target, plus(place, lens.target, -1), 1 - span / lens.span) };
}

/** Whether a box still serves points within these bounds: none outside, and they fill a fair part of it. */
export function boxHolds(box, { low, high }, leastShare = 0.4) {
  const isIn = low.every((value, axis) => value >= box.low[axis] && high[axis] <= box.high[axis]);
  const longest = (one) => Math.max(...one.low.map((value, axis) => one.high[axis] - value));
  return isIn && longest({ low, high }) >= leastShare * longest(box);
}
