/** Which samples a pixel or a region means, at the positions on screen. Keeps a grid while the points rest. */
import { toData } from "./frame_axes.mjs";
import { buildGrid, nearestInGrid, nearestMoving } from "./hit.mjs";
import { idsInside } from "./region.mjs";

/** How far from a point's centre it can still be hit. */
const HIT_PX = 10;
/** Above this many, moving points are not searched under a hovering pointer: it would cost the frame. */
const MAX_MOVING_HITS = 200_000;

export class Picker {
  #grid = null;
  #version = -1;
  #points = null;

  /**
   * @param {import("./points.mjs").Points} points
   * @param {import("./frame_axes.mjs").View} view
   * @param {number} pixelX from the canvas's left edge
   * @param {number} pixelY
   * @returns {number} the nearest visible sample, or -1
   */
  idAt(points, view, pixelX, pixelY) {
    if (!points.hasPositions) return -1;
    const [x, y] = toData(view, pixelX, pixelY);
    const probe = { x, y, radiusX: HIT_PX / Math.abs(view.scaleX), radiusY: HIT_PX / Math.abs(view.scaleY) };
    const { target, origin, t, latentDim, mark } = points;
    if (t < 1) return nearestMoving(origin.array, target.array, t, latentDim, mark.array, probe);
    const grid = this.#gridOf(points);
    return grid === null ? -1 : nearestInGrid(grid, target.array, latentDim, mark.array, probe);
  }

  /** Whether a hovering pointer may ask now without costing the frame. */
  isQuick(points) {
    return points.t === 1 || points.numSamples <= MAX_MOVING_HITS;
  }

  /**
   * @param {import("./points.mjs").Points} points
   * @param {[number, number][]} path in data coordinates
   * @returns {Uint32Array}
   */
  idsIn(points, path) {
    if (!points.hasPositions) return new Uint32Array(0);
    const positions = points.t < 1 ? points.current() : points.target.array;
    return idsInside(positions, points.latentDim, path, points.mark.array);
  }

  #gridOf(points) {
    if (this.#points !== points || this.#version !== points.positionVersion) {
      // Over the bulk: one point far away would leave all others in a few cells.
      const { low, high } = points.bulk() ?? {};
      this.#grid = low ? buildGrid(points.target.array, points.latentDim, { x: [low[0], high[0]], y: [low[1], high[1]] }) : null;
      this.#points = points;
      this.#version = points.positionVersion;
    }
    return this.#grid;
  }
}
