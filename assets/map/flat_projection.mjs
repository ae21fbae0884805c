/**
 * From places to pixels on a flat map, by the ranges of Plotly's axes. Pure.
 *
 * A projection is a value: where places are on the screen at one moment. This one and `space/projection.mjs` are the
 * two of this form. Pixels are CSS pixels from the canvas's top left corner; depth grows away from the eye.
 *
 * @typedef {{toPixel: (place: ArrayLike<number>) => [number, number], depth: (place: ArrayLike<number>) => number,
 *   toData: (x: number, y: number, depth?: number) => number[], matrix: (out: Float32Array) => Float32Array,
 *   outline: (region: import("./hands.mjs").Region) => [number, number][],
 *   grain: {scaleX: number, scaleY: number, centerX: number, centerY: number, width: number, height: number},
 *   center: number[], depthRow: number[], fade: number, width: number, height: number}} Projection
 */
import { matrixOf, toData, toPixel } from "./frame_axes.mjs";

/** @implements {Projection} */
export class FlatProjection {
  /** @param {import("./frame_axes.mjs").View} view */
  constructor(view) {
    this.view = view;
    /** Taken off every place before the matrix. */
    this.center = [view.centerX, view.centerY, 0];
    /** How large a map unit is on the screen, and which are in sight. */
    this.grain = view;
    /** Nothing fades with depth: see `space/projection.mjs`. */
    this.depthRow = [0, 0, 0, 0];
    this.fade = 0;
    this.width = view.width;
    this.height = view.height;
  }

  /** @param {ArrayLike<number> & Iterable<number>} place @returns {[number, number]} */
  toPixel([x, y]) {
    return toPixel(this.view, x, y);
  }

  toData(x, y) {
    return toData(this.view, x, y);
  }

  /** All of a flat map is equally far. */
  depth() {
    return 0;
  }

  matrix(out) {
    return matrixOf(this.view, out);
  }

  /** A region is drawn in data coordinates and stays with them. */
  outline(region) {
    return region.path.map((place) => this.toPixel(place));
  }
}
