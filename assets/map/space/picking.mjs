/** Which samples a pixel or a region means in space. Keeps the pixels of all points while nothing moves. */
import { idsInside } from "../region.mjs";
import { frontOf, nearestInFront } from "./through.mjs";

/** Above this many, moving points are not searched under a hovering pointer: it would cost the frame. */
const MAX_MOVING_HITS = 200_000;

export class SpacePicker {
  #projected = new Float32Array(0);
  #made = { points: null, projection: null, version: -1, t: -1 };

  /**
   * @param {import("../points.mjs").Points} points
   * @param {import("./projection.mjs").SpaceProjection} projection
   * @param {[number, number]} at pixels from the canvas's corner
   * @returns {number} the visible sample in front there, or the nearest, or -1
   */
  idAt(points, projection, [x, y]) {
    if (!points.hasPositions) return -1;
    return nearestInFront(this.#project(points, projection), points.mark.array, x, y);
  }

  /**
   * @param {import("../points.mjs").Points} points
   * @param {import("./projection.mjs").SpaceProjection} projection
   * @param {[number, number][]} path pixels
   * @param {number} frontShare share of the depths under it, the nearest first
   * @returns {Uint32Array}
   */
  idsIn(points, projection, path, frontShare) {
    if (!points.hasPositions) return new Uint32Array(0);
    const projected = this.#project(points, projection);
    return frontOf(idsInside(projected, 3, path, points.mark.array), projected, frontShare);
  }

  isQuick(points) {
    return points.t === 1 || points.numSamples <= MAX_MOVING_HITS;
  }

  #project(points, projection) {
    const { origin, target, t, numSamples, positionVersion: version } = points;
    const now = { points, projection, version, t };
    if (Object.keys(now).every((part) => now[part] === this.#made[part])) return this.#projected;
    if (this.#projected.length !== 3 * numSamples) this.#projected = new Float32Array(3 * numSamples);
    this.#made = now;
    return projection.projectAll(origin.array, target.array, t, this.#projected);
  }
}
