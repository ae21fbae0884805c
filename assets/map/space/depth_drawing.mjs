/** What drawing in space needs besides the points: their order by depth, and the lines and numbers of the frame. */
import { DepthOrder, MOST_SORTED } from "./depth_order.mjs";
import { boxLines, isWallAtLow, paperLines } from "./frame_lines.mjs";
import { mixInto } from "../tween.mjs";
import { plus } from "./pose.mjs";
import { boxTicks, paperTicks, UPRIGHT } from "./tick_labels.mjs";

/**
 * @typedef {{array: Uint32Array | Float32Array, version: number}} Part
 * @typedef {{lines: Part, order: Part | null, selectedOrder: Part | null,
 *   ticks: import("./tick_labels.mjs").Tick[] | null, floor: import("../floor_mark.mjs").Floor | null}} Drawing
 */

export class DepthDrawing {
  #sorter = new DepthOrder();
  #made = { points: null, projection: null, positionVersion: -1, t: -1, selection: -1 };
  /** Counted over all views, as those of `Points` are, and below 0, so that they never equal these. */
  static #version = -1;
  #drawing = null;

  /**
   * @param {import("../points.mjs").Points} points
   * @param {import("./projection.mjs").SpaceProjection} projection
   * @param {import("./lens.mjs").Lens} lens
   * @returns {Drawing} the same one while nothing has changed
   */
  of(points, projection, lens) {
    const { positionVersion, t } = points;
    const now = { points, projection, positionVersion, t, selection: points.selectedIds.version };
    if (Object.keys(now).every((part) => now[part] === this.#made[part])) return this.#drawing;
    const { lines, ticks, floor } = now.projection === this.#made.projection ? this.#drawing : this.#frame(projection, lens);
    const order = this.#isSorted(points) ? this.#part(this.#sort(points, projection, lens)) : null;
    const selectedOrder = order && this.#part(order.array.filter((id) => points.selected.array[id] === 1));
    this.#made = now;
    this.#drawing = { lines, ticks, floor, order, selectedOrder };
    return this.#drawing;
  }

  #isSorted({ hasPositions, numSamples }) {
    return hasPositions && numSamples <= MOST_SORTED;
  }

  #part(array) {
    return { array, version: --DepthDrawing.#version };
  }

  #sort({ origin, target, t }, { back }, { box }) {
    const ends = box.low.map((low, axis) => [low * back[axis], box.high[axis] * back[axis]].sort((a, b) => a - b));
    const range = { low: ends[0][0] + ends[1][0] + ends[2][0], high: ends[0][1] + ends[1][1] + ends[2][1] };
    return this.#sorter.sort(origin.array, target.array, t, back, range);
  }

  #frame(projection, { box, flatness }) {
    const middle = mixInto(box.low, box.high, 0.5, [0, 0, 0]);
    const eye = plus(projection.center, projection.back, projection.k > 0 ? 1 / projection.k : 1e6);
    const towards = plus(eye, middle, -1);
    const lines = flatness < 1 ? boxLines(box, towards, 1 - flatness) : [];
    const ticks = flatness < 1 ? boxTicks(box, projection, towards, 1 - flatness) : [];
    if (flatness > 0) {
      lines.push(...paperLines(projection, flatness));
      ticks.push(...paperTicks(projection, flatness));
    }
    const at = isWallAtLow(UPRIGHT, towards) ? box.low[UPRIGHT] : box.high[UPRIGHT];
    return { lines: this.#part(Float32Array.from(lines)), ticks, floor: flatness < 1 ? { axis: UPRIGHT, at } : null };
  }
}
