/** The map: composes the layer, the hands, the camera and the overlay. The only file other modules import. */
import { Hands } from "./hands.mjs";
import { Hover } from "./hover.mjs";
import { Layer } from "./layer.mjs";
import { Meter } from "./meter.mjs";
import { Overlay } from "./overlay.mjs";
import { Places } from "./places.mjs";
import { Points } from "./points.mjs";
import { Pulse } from "./pulse.mjs";
import { Selecting } from "./selecting.mjs";
import { diameterOf } from "./size.mjs";
import { Stage } from "./stage.mjs";
import { prefersStillness } from "./stillness.mjs";
import { readTheme } from "./theme.mjs";
import { viewOf } from "./views.mjs";

const TOOLS = ["pan", "lasso", "box"];

/**
 * @typedef {import("./frame_axes.mjs").Range} Range
 * @typedef {import("./hands.mjs").Region} Region
 * @typedef {{x: number, y: number}} Place
 * @typedef {{graph: HTMLElement,
 *   onSelect?: (selection: {ids: Uint32Array, mode: import("./hands.mjs").Mode, region: Region}) => void,
 *   onHover?: (id: number | null, at: Place) => void,
 *   onView?: (view: {range: Range, box: import("./frame_axes.mjs").Box}) => void,
 *   onTrouble?: (trouble: {code: string, message: string}) => void}} MapOptions
 */

/** @param {MapOptions} options @returns {MapView} */
export function createMap(options) {
  return new MapView(options);
}

const ignore = () => {};

class MapView {
  #options;
  #points = new Points();
  #overlay = new Overlay();
  #theme = readTheme(document.documentElement);
  #layer;
  #stage;
  /** How the points are seen; changes with the number of axes. */
  #view;
  #selecting;
  #places;
  #hands;
  #pulse;
  #isDirty = true;
  /** The projection last drawn with: another one means that the view has changed. */
  #drawn = null;
  /** @type {((hasArrived: boolean) => void) | null} answers the newest tweenTo */
  #answer = null;
  #hover = new Hover((id, at) => {
    this.#invalidate();
    this.#options.onHover(id < 0 ? null : id, at);
  });
  #meter = new Meter();

  constructor(options) {
    this.#options = { onSelect: ignore, onHover: ignore, onView: ignore, onTrouble: ignore, ...options };
    this.#layer = new Layer((trouble) => this.#options.onTrouble(trouble), this.#invalidate);
    this.#stage = new Stage(options.graph, this.#layer, this.#overlay);
    this.#view = this.#viewOf(2);
    this.#places = new Places(this.#stage, () => this.#view.projection);
    this.#selecting = new Selecting(() => ({ points: this.#points, view: this.#view }), this.#stage, {
      onSelect: (selection) => this.#options.onSelect(selection),
      onOutline: (region) => this.setOutline(region),
      onFit: () => this.fit(true),
    });
    this.#hands = new Hands({
      onRegion: (region, mode) => this.#selecting.region(region, mode),
      onClick: (at, mode) => this.#selecting.click(at, mode),
      onPoint: (at) => this.#hover.move(at),
      onTake: () => this.#view.release(),
      onStir: () => this.#pulse.wake(),
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#pulse = new Pulse((nowMs) => this.#step(nowMs));
  }

  /** @param {number} numSamples @param {2 | 3} latentDim */
  setPoints(numSamples, latentDim) {
    if (latentDim !== this.#points.latentDim) this.#view = this.#viewOf(latentDim);
    this.#points = new Points(numSamples, latentDim);
    this.#reply(false);
    this.#overlay.setOutline(null);
    this.#hover.clear();
    this.#view.forget();
    this.#invalidate();
  }

  /** @param {Float32Array} embedding */
  cut(embedding) {
    const isFirst = !this.#points.hasPositions;
    this.#points.cut(embedding);
    this.#reply(false);
    if (isFirst) this.#view.greet(this.#points);
    else this.#view.follow(this.#points, 0);
    this.#invalidate();
  }

  /**
   * @param {Float32Array} embedding
   * @param {number} ms
   * @param {import("./tween.mjs").Ease} [ease]
   * @returns {Promise<boolean>} true when it arrived, false when something newer took its place
   */
  tweenTo(embedding, ms, ease = "linear") {
    if (!this.#points.hasPositions || !(ms > 0) || document.hidden || prefersStillness()) {
      this.cut(embedding);
      return Promise.resolve(true);
    }
    const nowMs = performance.now();
    this.#points.aim(embedding, nowMs, ms, ease);
    this.#view.follow(this.#points, ms);
    this.#meter.countRetarget(performance.now() - nowMs);
    this.#reply(false);
    this.#invalidate();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  currentPositions() {
    return this.#points.current();
  }

  /** @param {Uint8Array} color @param {Uint8Array} mark */
  setLook(color, mark) {
    this.#points.setLook(color, mark);
    this.#invalidate();
  }

  /** @param {Uint8Array} mask @param {number} count */
  setSelected(mask, count) {
    this.#points.setSelected(mask);
    if (count === 0) this.setOutline(null);
    this.#invalidate();
  }

  /** @param {Region | null} region */
  setOutline(region) {
    if (region === null) this.#selecting.forget();
    this.#overlay.setOutline(region);
    this.#invalidate();
  }

  /** @param {import("./overlay.mjs").Name[]} names */
  setNames(names) {
    const nowMs = performance.now();
    this.#overlay.setNames(names, nowMs, this.#points.remainingMs(nowMs));
    this.#invalidate();
  }

  /** @param {"pan" | "lasso" | "box"} tool */
  setTool(tool) {
    if (!TOOLS.includes(tool)) throw new RangeError(`There is no tool '${tool}'; use "pan", "lasso" or "box".`);
    this.#view.tool = tool;
  }

  /** @param {Range} range */
  setRange(range) {
    this.#view.setRange(range);
  }

  fit(isAnimated = false) {
    this.#view.fit(this.#points, isAnimated);
    this.#invalidate();
  }

  /** Shows a cloud flat, along its two main axes, or in space again; a map of two axes is always flat. */
  setFlat(isFlat) {
    this.#view.setFlat(this.#points, isFlat);
  }

  /** @param {number} share of the depths under a lasso or box that it takes, the nearest first: 1 is all of them */
  setFrontShare(share) {
    this.#view.frontShare = share;
    this.#selecting.again();
  }

  /** @param {boolean} isOn */
  follow(isOn) {
    this.#view.isFollowing = isOn;
    if (isOn) this.#view.follow(this.#points, prefersStillness() ? 0 : 1);
  }

  /** @returns {Place | null} client pixels of a place in data coordinates; null when it is behind the eye */
  placeOf(x, y, z = 0) {
    return this.#places.of([x, y, z]);
  }

  /** @returns {Place & {depth: number} | null} client pixels of a place, and how far behind the middle it is */
  project(place) {
    return this.#places.project(place);
  }

  /** @returns {number[] | null} the place under a client pixel, at a depth that `project` told */
  unproject(at, depth = 0) {
    return this.#places.unproject(at, depth);
  }

  /** @returns {Place[]} client pixels of a region's corners; none once a view in space has turned away from it */
  outlineOf(region) {
    return this.#places.outline(region);
  }

  refreshTheme() {
    this.#theme = readTheme(document.documentElement);
    this.#invalidate();
  }

  stats() {
    return { ...this.#meter.read(), state: this.#layer.state, t: this.#points.t, diameter: this.#diameter };
  }

  destroy() {
    this.#pulse.stop();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#hands.destroy();
    this.#view.destroy();
    this.#overlay.destroy();
    this.#layer.destroy();
    this.#reply(false);
  }

  /** One frame; whether there was anything to do. */
  #step(nowMs) {
    if (this.#stage.isGone(nowMs)) {
      this.destroy();
      return false;
    }
    const isTravelling = this.#view.step(nowMs);
    const change = this.#stage.update();
    if (change === null) return true;
    this.#hands.attach(this.#stage.plot);
    this.#view.attach(this.#stage.plot);
    if (change.isFirst) this.#view.begin(this.#points);
    const hasArrived = this.#points.advance(nowMs);
    const isMoving = hasArrived || this.#points.isMoving || this.#overlay.isMoving(nowMs);
    const hasWork = this.#view.projection !== this.#drawn || isMoving || this.#isDirty;
    if (hasWork) this.#draw(nowMs);
    if (!this.#hands.isBusy && this.#view.isQuick(this.#points)) this.#hover.ask(this.#selecting.idAt);
    if (hasArrived) this.#reply(true);
    return hasWork || isTravelling;
  }

  #draw(nowMs) {
    const { projection, range } = this.#view;
    const isNewView = projection !== this.#drawn;
    this.#drawn = projection;
    this.#isDirty = false;
    this.#hover.touch();
    const look = { theme: this.#theme, hoveredId: this.#hover.id, diameter: this.#diameter };
    this.#layer.draw({ points: this.#points, projection, drawing: this.#view.drawing(this.#points), ...look });
    this.#overlay.draw(projection, nowMs);
    if (isNewView) this.#options.onView({ range, box: this.#stage.frame.plot });
    this.#meter.countFrame(performance.now() - nowMs, this.#layer.uploadMs);
  }

  #viewOf(latentDim) {
    const onRegion = (region, mode) => this.#selecting.region(region, mode);
    return viewOf(latentDim, this.#stage, this.#overlay, { onRegion, onStir: this.#invalidate }, this.#view);
  }

  get #diameter() {
    return diameterOf(this.#points.numSamples, this.#view.zoom);
  }

  #reply(hasArrived) {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(hasArrived);
  }

  #invalidate = () => {
    this.#isDirty = true;
    this.#pulse?.wake();
  };

  // A hidden page gets no frames; whoever waits for a tween must not wait for the page.
  #onVisibility = () => {
    if (!document.hidden || !this.#points.isMoving) return;
    this.#points.advance(Infinity);
    this.#invalidate();
    this.#reply(true);
  };
}
