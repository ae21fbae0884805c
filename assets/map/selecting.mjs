/** From what hands did to what they chose: regions and clicks become samples. */

const DOUBLE_CLICK_MS = 400;

export class Selecting {
  #seen;
  #stage;
  #tell;
  #lastEmptyClickMs = -Infinity;
  /** The last region, as long as nothing else was chosen. */
  #last = null;

  /**
   * @param {() => {points: import("./points.mjs").Points, view: import("./flat_view.mjs").FlatView}} seen now
   * @param {import("./stage.mjs").Stage} stage
   * @param {{onSelect: Required<import("./options.mjs").MapOptions>["onSelect"], onOutline: (region: import("./hands.mjs").Region) => void, onFit: () => void}} tell
   */
  constructor(seen, stage, tell) {
    this.#seen = seen;
    this.#stage = stage;
    this.#tell = tell;
  }

  region(region, mode) {
    this.#tell.onOutline(region);
    this.#choose(region, mode);
  }

  /** The last region is no longer what is chosen. */
  forget() {
    this.#last = null;
  }

  /** What a region takes has changed: it takes anew, if it is still where it was drawn and all that was chosen. */
  again() {
    const { view } = this.#seen();
    if (this.#last !== null && view.projection?.outline(this.#last).length > 0) this.#choose(this.#last, "replace");
  }

  /** @param {{x: number, y: number}} at client pixels */
  click(at, mode) {
    const id = this.idAt(at);
    const nowMs = performance.now();
    const isSecond = id < 0 && nowMs - this.#lastEmptyClickMs < DOUBLE_CLICK_MS;
    this.#lastEmptyClickMs = id < 0 ? nowMs : -Infinity;
    if (isSecond && this.#seen().view.tool === "pan") return this.#tell.onFit();
    if (id < 0 && mode !== "replace") return undefined; // a miss while adding leaves what is selected
    const ids = id < 0 ? new Uint32Array(0) : Uint32Array.of(id);
    this.#last = null;
    return this.#tell.onSelect({ ids, mode, region: { kind: "click", path: [] } });
  }

  /** @param {{x: number, y: number}} at client pixels @returns {number} the nearest visible sample, or -1 */
  idAt = (at) => {
    const { points, view } = this.#seen();
    return view.idAt(points, this.#stage.toCanvas(at));
  };

  #choose(region, mode) {
    const { points, view } = this.#seen();
    this.#last = mode === "replace" ? region : null;
    this.#tell.onSelect({ ids: view.idsIn(points, region), mode, region });
  }
}
