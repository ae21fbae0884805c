/** Where things of the map are in the window, and back: client pixels. */

export class Places {
  #stage;
  #seen;

  /** @param {import("./stage.mjs").Stage} stage @param {() => import("./flat_projection.mjs").Projection | null} seen now */
  constructor(stage, seen) {
    this.#stage = stage;
    this.#seen = seen;
  }

  /** @returns {{x: number, y: number} | null} null before the first frame, and for a place behind the eye */
  of(place) {
    const pixel = this.#seen()?.toPixel(place);
    return pixel && pixel[0] === pixel[0] ? this.#stage.toClient(pixel) : null;
  }

  /** @returns {{x: number, y: number, depth: number} | null} with how far behind the middle of the view it is */
  project(place) {
    const at = this.of(place);
    return at && { ...at, depth: this.#seen().depth(place) };
  }

  /** @returns {number[] | null} the place under a client pixel, in the plane parallel to the screen at that depth */
  unproject(at, depth) {
    return this.#seen()?.toData(...this.#stage.toCanvas(at), depth) ?? null;
  }

  /** @returns {{x: number, y: number}[]} corners of a region; none once a view in space has turned away from it */
  outline(region) {
    return (this.#seen()?.outline(region) ?? []).map((pixel) => this.#stage.toClient(pixel));
  }
}
