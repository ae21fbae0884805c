/** Which samples a pixel or a region means in space. Keeps the pixels of all points while nothing moves. */
import { idsInside } from "../region.mjs";
import { frontOf, nearestInFront, pixelGrid } from "./through.mjs";

/** Above this many, points are not searched under a hovering pointer while they or the eye move: it would cost the frame. */
const MAX_MOVING_HITS = 200_000;

export class SpacePicker {
  #projected = new Float32Array(0);
  #made = { points: null, projection: null, version: -1, t: -1 };
  /** Of these pixels, once they were asked for a second time: to make it takes longer than one look at them all. */
  #grid = null;
  /** The projection when a hovering pointer last asked whether it may. */
  #seen = null;

  /**
   * @param {import("../points.mjs").Points} points
   * @param {import("./projection.mjs").SpaceProjection} projection
   * @param {[number, number]} at pixels from the canvas's corner
   * @returns {number} the visible sample in front there, or the nearest, or -1
   */
  idAt(points, projection, [x, y]) {
    if (!points.hasPositions) return -1;
    const before = this.#made;
    const projected = this.#project(points, projection);
    if (this.#made === before) this.#grid ??= pixelGrid(projected, projection);
    return nearestInFront(projected, points.mark.array, x, y, this.#grid);
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

  /** Whether a hovering pointer may ask now without costing the frame. */
  isQuick(points, projection) {
    const isStill = points.t === 1 && projection === this.#seen;
    this.#seen = projection;
    return isStill || points.numSamples <= MAX_MOVING_HITS;
  }

  #project(points, projection) {
    const { origin, target, t, numSamples, positionVersion: version } = points;
    const now = { points, projection, version, t };
    if (Object.keys(now).every((part) => now[part] === this.#made[part])) return this.#projected;
    if (this.#projected.length !== 3 * numSamples) this.#projected = new Float32Array(3 * numSamples);
    [this.#made, this.#grid] = [now, null];
    return projection.projectAll(origin.array, target.array, t, this.#projected);
  }
}
