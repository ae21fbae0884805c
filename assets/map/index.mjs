/** The map: composes the layer, the hands, the camera and the overlay. The only file other modules import. */
import { Camera } from "./camera.mjs";
import { fitRange, toPixel } from "./frame_axes.mjs";
import { Hands } from "./hands.mjs";
import { Hover } from "./hover.mjs";
import { Layer } from "./layer.mjs";
import { Meter } from "./meter.mjs";
import { Overlay } from "./overlay.mjs";
import { Picker } from "./picking.mjs";
import { Points } from "./points.mjs";
import { Pulse } from "./pulse.mjs";
import { diameterOf } from "./size.mjs";
import { Stage } from "./stage.mjs";
import { readTheme } from "./theme.mjs";

const DOUBLE_CLICK_MS = 400;
const DRAG_MODE = { pan: "pan", lasso: "lasso", box: "select" };

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
const prefersStillness = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

class MapView {
  #options;
  #points = new Points();
  #overlay = new Overlay();
  #picker = new Picker();
  #theme = readTheme(document.documentElement);
  #layer;
  #stage;
  #camera;
  #hands;
  #pulse;
  #tool = "pan";
  #isDirty = true;
  #isFitWanted = true;
  /** @type {((hasArrived: boolean) => void) | null} answers the newest tweenTo */
  #answer = null;
  #hover = new Hover((id, at) => {
    this.#invalidate();
    this.#options.onHover(id < 0 ? null : id, at);
  });
  #lastEmptyClickMs = -Infinity;
  #meter = new Meter();

  constructor(options) {
    this.#options = { onSelect: ignore, onHover: ignore, onView: ignore, onTrouble: ignore, ...options };
    this.#layer = new Layer((trouble) => this.#options.onTrouble(trouble), this.#invalidate);
    this.#stage = new Stage(options.graph, this.#layer, this.#overlay);
    this.#camera = new Camera((range) => this.#relayout({ "xaxis.range": range.x, "yaxis.range": range.y }));
    this.#hands = new Hands({
      onRegion: (region, mode) => this.#selectRegion(region, mode),
      onClick: (at, mode) => this.#selectClick(at, mode),
      onPoint: (at) => this.#hover.move(at),
      onTake: () => this.#camera.release(),
      onStir: () => this.#pulse.wake(),
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#pulse = new Pulse((nowMs) => this.#step(nowMs));
  }

  /** @param {number} numSamples @param {2 | 3} latentDim */
  setPoints(numSamples, latentDim) {
    this.#points = new Points(numSamples, latentDim);
    this.#reply(false);
    this.#overlay.setOutline(null);
    this.#hover.clear();
    this.#camera.isUsers = false;
    this.#invalidate();
  }

  /** @param {Float32Array} embedding */
  cut(embedding) {
    const isFirst = !this.#points.hasPositions;
    this.#points.cut(embedding);
    this.#reply(false);
    if (isFirst && !this.#camera.isUsers) this.fit(false);
    else this.#follow(0);
    this.#invalidate();
  }

  /**
   * @param {Float32Array} embedding @param {number} ms @param {import("./tween.mjs").Ease} [ease]
   * @returns {Promise<boolean>} true when it arrived, false when something newer took its place
   */
  tweenTo(embedding, ms, ease = "linear") {
    if (!this.#points.hasPositions || !(ms > 0) || document.hidden || prefersStillness()) {
      this.cut(embedding);
      return Promise.resolve(true);
    }
    const nowMs = performance.now();
    this.#points.aim(embedding, nowMs, ms, ease);
    this.#follow(ms);
    this.#meter.countRetarget(performance.now() - nowMs);
    this.#reply(false);
    this.#invalidate();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  currentPositions = () => this.#points.current();

  /** @param {Uint8Array} color @param {Uint8Array} mark */
  setLook(color, mark) {
    this.#points.setLook(color, mark);
    this.#invalidate();
  }

  /** @param {Uint8Array} mask @param {number} count */
  setSelected(mask, count) {
    this.#points.setSelected(mask);
    if (count === 0) this.#overlay.setOutline(null);
    this.#invalidate();
  }

  /** What a snapshot tells of places (terrain.mjs). */
  setField = (field) => this.#layer.terrain.setField(field);
  setArrows = (isOn) => this.#layer.terrain.setArrows(isOn);
  setRegions = (isOn) => this.#layer.terrain.setRegions(isOn);
  setTrails = (trails) => this.#layer.terrain.setTrails(trails);

  /** @param {Region | null} region */
  setOutline(region) {
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
    if (!(tool in DRAG_MODE)) throw new RangeError(`There is no tool '${tool}'; use "pan", "lasso" or "box".`);
    this.#tool = tool;
    this.#applyTool();
  }

  /** @param {Range} range */
  setRange(range) {
    this.#camera.isUsers = true;
    this.#isFitWanted = false;
    this.#camera.go(this.#stage.frame?.range ?? range, range, performance.now(), 0);
  }

  fit(isAnimated = false) {
    const { frame } = this.#stage;
    const extent = this.#points.extent();
    this.#camera.isUsers = false;
    this.#isFitWanted = frame === null || extent === null;
    if (this.#isFitWanted) return;
    const ms = isAnimated && !prefersStillness() ? undefined : 0;
    this.#camera.go(frame.range, fitRange(extent, frame.plot), performance.now(), ms);
    this.#invalidate();
  }

  /** @param {boolean} isOn */
  follow(isOn) {
    this.#camera.isFollowing = isOn;
    if (isOn) this.#follow(prefersStillness() ? 0 : 1);
  }

  /** @returns {Place | null} client pixels of a place in data coordinates */
  placeOf(x, y) {
    return this.#stage.view && this.#stage.toClient(toPixel(this.#stage.view, x, y));
  }

  refreshTheme() {
    this.#theme = readTheme(document.documentElement);
    this.#invalidate();
  }

  stats = () => ({ ...this.#meter.read(), state: this.#layer.state, t: this.#points.t, diameter: this.#diameter });

  destroy() {
    this.#pulse.stop();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#hands.destroy();
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
    const isTravelling = this.#camera.step(nowMs);
    const change = this.#stage.update();
    if (change === null) return true;
    this.#hands.attach(this.#stage.plot);
    if (change.isFirst) this.#begin();
    const hasArrived = this.#points.advance(nowMs);
    const isMoving = hasArrived || this.#points.isMoving || this.#overlay.isMoving(nowMs);
    const hasWork = change.hasChanged || isMoving || this.#isDirty;
    if (hasWork) this.#draw(nowMs, change.hasChanged);
    if (!this.#hands.isBusy && this.#picker.isQuick(this.#points)) this.#hover.ask(this.#idAt);
    if (hasArrived) this.#reply(true);
    return hasWork || isTravelling;
  }

  #begin() {
    this.#camera.home ??= this.#stage.frame.range;
    this.#applyTool();
    if (this.#isFitWanted) this.fit(false);
  }

  #draw(nowMs, hasViewChanged) {
    const { view, frame } = this.#stage;
    this.#isDirty = false;
    this.#hover.touch();
    const look = { theme: this.#theme, hoveredId: this.#hover.id, diameter: this.#diameter };
    this.#layer.draw({ points: this.#points, view, ...look });
    this.#overlay.draw(view, nowMs);
    if (hasViewChanged) this.#options.onView({ range: frame.range, box: frame.plot });
    this.#meter.countFrame(performance.now() - nowMs, this.#layer.uploadMs);
  }

  get #diameter() {
    return diameterOf(this.#points.numSamples, this.#camera.zoomAt(this.#stage.frame?.range));
  }

  #follow(durationMs) {
    const { frame } = this.#stage;
    if (frame === null || !this.#camera.isFollowing || this.#camera.isUsers) return;
    const extent = this.#points.extent();
    if (extent) this.#camera.follow(frame.range, extent, frame.plot, performance.now(), durationMs);
  }

  #selectRegion(region, mode) {
    this.setOutline(region);
    this.#options.onSelect({ ids: this.#picker.idsIn(this.#points, region.path), mode, region });
  }

  #selectClick(at, mode) {
    const id = this.#idAt(at);
    const nowMs = performance.now();
    const isSecond = id < 0 && nowMs - this.#lastEmptyClickMs < DOUBLE_CLICK_MS;
    this.#lastEmptyClickMs = id < 0 ? nowMs : -Infinity;
    if (isSecond && this.#stage.plot._fullLayout.dragmode === DRAG_MODE.pan) return this.fit(true);
    if (id < 0 && mode !== "replace") return undefined; // a miss while adding leaves what is selected
    const ids = id < 0 ? new Uint32Array(0) : Uint32Array.of(id);
    return this.#options.onSelect({ ids, mode, region: { kind: "click", path: [] } });
  }

  /** @param {Place} at client pixels */
  #idAt = (at) => this.#picker.idAt(this.#points, this.#stage.view, ...this.#stage.toCanvas(at));

  #applyTool() {
    const { plot } = this.#stage;
    const dragmode = DRAG_MODE[this.#tool];
    // "d": a flat box must stay a box; by default Plotly widens it to a stripe over the whole map.
    if (plot && plot._fullLayout.dragmode !== dragmode) this.#relayout({ dragmode, selectdirection: "d" });
  }

  #relayout(change) {
    const { plot } = this.#stage;
    return plot ? window.Plotly.relayout(plot, change) : Promise.resolve();
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
