/** Draws the lines around where points crowd (contours.mjs), anew as the points go elsewhere. */
import { contoursOf, SHARES } from "./contours.mjs";
import { Strokes } from "./strokes.mjs";

const PX = 1.2;
/** Opacity of the outermost line and of the innermost, 0 to 255. */
const ALPHA = [90, 200];
/** While points move the lines follow no more often than this: they cost some 20 ms. */
const LEAST_MS = 300;

export class Density {
  isOn = false;
  #strokes = new Strokes();
  #madeFrom = "";
  #madeAt = -Infinity;

  /** @param {WebGL2RenderingContext} gl */
  build(gl) {
    this.#strokes.build(gl);
    this.#madeFrom = "";
  }

  /**
   * @param {import("./layer.mjs").Scene} scene
   * @param {import("./strokes.mjs").Camera} camera
   */
  draw({ points, theme }, camera, now = performance.now()) {
    if (!this.isOn || points.latentDim !== 2) return;
    const madeFrom = [points.target.version, ...theme.ink].join();
    const isDue = points.t >= 1 || now - this.#madeAt >= LEAST_MS;
    if (madeFrom !== this.#madeFrom && isDue) {
      this.#lay(points, theme);
      this.#madeFrom = madeFrom;
      this.#madeAt = now;
    }
    this.#strokes.draw(PX, camera);
  }

  #lay(points, theme) {
    const color = theme.ink.map((value) => Math.round(255 * value));
    const step = (ALPHA[1] - ALPHA[0]) / (SHARES.length - 1);
    const parts = contoursOf(points.target.array, points.latentDim);
    this.#strokes.set(parts.map(({ segments }, nth) => ({ segments, color: [...color, Math.round(ALPHA[0] + nth * step)] })));
  }
}
