/** Draws one frame: the points by the layer, what floats above them by the overlay; and counts what that costs. */
import { Meter } from "./meter.mjs";
import { diameterOf } from "./size.mjs";
import { readTheme } from "./theme.mjs";

export class Painter {
  #layer;
  #overlay;
  #theme = readTheme(document.documentElement);
  /** The projection last drawn with: another one means that the view has changed. */
  #drawn = null;
  meter = new Meter();

  /** @param {import("./layer.mjs").Layer} layer @param {import("./overlay.mjs").Overlay} overlay */
  constructor(layer, overlay) {
    this.#layer = layer;
    this.#overlay = overlay;
  }

  refreshTheme() {
    this.#theme = readTheme(document.documentElement);
  }

  /** Whether the points are seen from elsewhere than in the last frame. */
  isNew(projection) {
    return projection !== this.#drawn;
  }

  /**
   * @param {{points: import("./points.mjs").Points, view: import("./views.mjs").View, hoveredId: number,
   *   drag: import("./drag.mjs").Drag | null}} scene
   * @param {number} nowMs
   * @returns {boolean} whether the view was new
   */
  paint({ points, view, hoveredId, drag }, nowMs) {
    const { projection } = view;
    const isNewView = this.isNew(projection);
    this.#drawn = projection;
    const look = { theme: this.#theme, hoveredId, diameter: diameterOf(points.numSamples, view.zoom), offset: drag?.offset ?? null };
    const drawing = view.drawing(points);
    this.#layer.draw({ points, projection, drawing, ...look });
    this.#overlay.draw({ projection, points, isNewView, ticks: drawing.ticks, floor: drawing.floor, isMoving: points.isMoving || drag !== null }, nowMs);
    this.meter.countFrame(performance.now() - nowMs, this.#layer.uploadMs);
    return isNewView;
  }
}
