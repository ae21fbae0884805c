/**
 * The part of a window that nothing lies over: a view of the map's own shows the points there. Pure.
 *
 * @typedef {{left: number, top: number, right: number, bottom: number}} Insets pixels that are covered, from each side
 * @typedef {import("./frame_axes.mjs").Range} Range
 */
import { fitRange, holds } from "./frame_axes.mjs";

/** @type {Insets} */
export const NO_INSETS = { left: 0, top: 0, right: 0, bottom: 0 };
/** However much lies over a window, this share of it counts as free. */
const LEAST_FREE = 0.5;

export class Room {
  /** @param {{width: number, height: number}} plot @param {Insets} [insets] */
  constructor({ width, height }, insets = NO_INSETS) {
    const [across, along] = [scaleFor(width, insets.left + insets.right), scaleFor(height, insets.top + insets.bottom)];
    this.insets = { left: insets.left * across, right: insets.right * across, top: insets.top * along, bottom: insets.bottom * along };
    this.width = width - this.insets.left - this.insets.right;
    this.height = height - this.insets.top - this.insets.bottom;
    this.plot = { width, height };
  }

  /** How far the free part's middle is from the plot's, pixels to the right and down. */
  get shift() {
    const { left, right, top, bottom } = this.insets;
    return { x: (left - right) / 2, y: (top - bottom) / 2 };
  }

  /** @param {Range} extent @param {number} [margin] @returns {Range} of the whole plot, the extent in its free part */
  fit(extent, margin) {
    return this.#stretched(fitRange(extent, this, margin), this, 1);
  }

  /** Whether a range of the whole plot still serves points of this extent. @param {Range} range @param {Range} extent */
  holds(range, extent) {
    return holds(this.#stretched(range, this.plot, -1), extent);
  }

  /** A range of `size` pixels made longer by the insets, or shorter. @returns {Range} */
  #stretched({ x, y }, size, sign) {
    const { left, right, top, bottom } = this.insets;
    const [perX, perY] = [(sign * (x[1] - x[0])) / size.width, (sign * (y[1] - y[0])) / size.height];
    return { x: [x[0] - left * perX, x[1] + right * perX], y: [y[0] - bottom * perY, y[1] + top * perY] };
  }
}

const scaleFor = (whole, covered) => (covered > 0 ? Math.min(1, (LEAST_FREE * whole) / covered) : 1);
