/** The map: composes the layer, the hands, the camera and the overlay. Beside it other modules import only sums and values. */
import { Arrival } from "./arrival.mjs";
import { Hands } from "./hands.mjs";
import { Hover } from "./hover.mjs";
import { Layer } from "./layer.mjs";
import { lookAt } from "./looking.mjs";
import { Mover } from "./mover.mjs";
import { withListeners } from "./options.mjs";
import { Outside } from "./outside.mjs";
import { Overlay } from "./overlay.mjs";
import { Painter } from "./painter.mjs";
import { Places } from "./places.mjs";
import { Points } from "./points.mjs";
import { Pulse } from "./pulse.mjs";
import { Selecting } from "./selecting.mjs";
import { diameterOf } from "./size.mjs";
import { Stage } from "./stage.mjs";
import { prefersStillness } from "./stillness.mjs";
import { viewOf } from "./views.mjs";

const TOOLS = ["pan", "lasso", "box", "move"];

/** @typedef {import("./frame_axes.mjs").Range} Range @typedef {import("./hands.mjs").Region} Region */

/** @param {import("./options.mjs").MapOptions} options @returns {MapView} */
export function createMap(options) {
  return new MapView(options);
}

class MapView {
  #options;
  #points = new Points();
  #overlay;
  #painter;
  #layer;
  #stage;
  /** How the points are seen; changes with the number of axes. */
  #view;
  #selecting;
  /** Where things of the map are in the window, and back. */
  places;
  #hands;
  /** What hangs in the air, by hand or by keys; see `mover.mjs`. */
  mover;
  #pulse;
  #isDirty = true;
  #ringId = -1;
  #arrival = new Arrival();
  #outside = new Outside((count) => this.#options.onOutside(count));
  #hover = new Hover((id, at) => {
    this.#invalidate();
    this.#stage.plot?.classList.toggle("over-point", id >= 0);
    this.#options.onHover(id < 0 ? null : id, at);
  });

  constructor(options) {
    this.#options = withListeners(options);
    this.#overlay = new Overlay(this.#invalidate);
    this.#layer = new Layer((trouble) => this.#options.onTrouble(trouble), this.#invalidate);
    this.#painter = new Painter(this.#layer, this.#overlay);
    this.#stage = new Stage(options.graph, this.#layer, this.#overlay, this.#options.insets);
    this.#view = this.#viewOf(2);
    this.places = new Places(this.#stage, () => this.#view.projection);
    this.#selecting = new Selecting(() => ({ points: this.#points, view: this.#view }), this.#stage, {
      onSelect: (selection) => this.#options.onSelect(selection),
      onOutline: (region) => this.setOutline(region),
      onFit: () => this.fit(true),
    });
    // Before the hands: what is taken hold of is not theirs.
    this.mover = new Mover({ points: () => this.#points, idAt: this.#selecting.idAt, holds: this.#stage.holds, places: this.places }, {
      ...this.#options,
      onClick: (at, mode) => this.#selecting.click(at, mode),
      onStir: this.#stirDrag,
    });
    this.#hands = new Hands({
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
    this.#arrival.tell(false);
    this.#overlay.setOutline(null);
    this.#ringId = -1;
    this.#hover.clear();
    this.#view.forget();
    this.#invalidate();
  }

  /** @param {Float32Array} embedding */
  cut(embedding) {
    const isFirst = !this.#points.hasPositions;
    this.#points.cut(embedding);
    this.#arrival.tell(false);
    if (isFirst) this.#view.greet(this.#points);
    else this.#view.follow(this.#points, 0);
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
    this.#view.follow(this.#points, ms);
    this.#painter.meter.countRetarget(performance.now() - nowMs);
    this.#invalidate();
    return this.#arrival.awaited();
  }

  currentPositions = () => this.#points.current();
  placeOf = (id) => this.#points.placeOf(id);

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

  setCompany = (embedding) => this.#points.setCompany(embedding);
  /** What a snapshot tells of places (terrain.mjs). */
  setField = (field) => this.#layer.terrain.setField(field);
  setArrows = (isOn) => this.#layer.terrain.setArrows(isOn);
  setRegions = (isOn) => this.#layer.terrain.setRegions(isOn);
  setContours = (isOn) => this.#layer.terrain.setContours(isOn);
  setAtlas = (atlas) => this.#layer.terrain.setAtlas(atlas);
  setTrails = (trails) => this.#layer.terrain.setTrails(trails);
  setTouched = (touch) => this.#layer.terrain.setTouched(touch);

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

  /** @param {"pan" | "lasso" | "box" | "move"} tool */
  setTool(tool) {
    if (!TOOLS.includes(tool)) throw new RangeError(`There is no tool '${tool}'; use one of ${TOOLS.join(", ")}.`);
    this.#view.tool = tool;
    this.mover.isOn = tool === "move";
    this.#overlay.setGrabbable(tool === "move");
  }

  /** @param {import("./pictures.mjs").Dress | null} dress null takes the pictures away */
  setPictures = (dress) => this.#overlay.setPictures(dress);

  /** @param {import("./pinboard.mjs").Pin[]} pins */
  setPins = (pins) => this.#overlay.setPins(pins);

  /** @param {number} id of a point that another window points at, -1 for none */
  setRing(id) {
    this.#ringId = id;
    this.#invalidate();
  }

  /** From where the map is seen, for another to see it alike, and whether the user chose that. */
  get stance() { return { of: this.#view.stance, isUsers: this.#view.isUsers }; }

  /** @param {{of: object, isUsers: boolean}} stance of another map @param {number} [ms] to get there */
  adopt(stance, ms = 0) {
    this.#view.adopt(stance, prefersStillness() ? 0 : ms);
    this.#invalidate();
  }

  /** @param {number[]} place to have in sight: the view goes there where it is not */
  lookAt = (place) => lookAt(this.#view, place, (stance, ms) => this.adopt(stance, ms));

  /** @param {Range} range */
  setRange = (range) => this.#view.setRange(range);

  /** @param {boolean} [isAnimated] @param {boolean} [isAll] few points far away too, which else do not shrink the rest */
  fit(isAnimated = false, isAll = false) {
    this.#view.fit(this.#points, isAnimated, isAll);
    this.#invalidate();
  }

  /** Something came to lie over the map, or its window has another size: a view of its own is fitted anew. */
  makeRoom() {
    if (!this.#view.isUsers) this.fit(true);
  }

  /** Shows a cloud flat, along its two main axes, or in space again; a map of two axes is always flat. */
  setFlat(isFlat) { this.#view.setFlat(this.#points, isFlat); }

  /** Whether it is seen flat, or on its way there: by whoever chose that, be it another window. */
  get isFlat() { return this.#view.isFlat; }

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

  refreshTheme() {
    this.#painter.refreshTheme();
    this.#invalidate();
  }

  stats = () => ({ ...this.#painter.meter.read(), state: this.#layer.state, t: this.#points.t, diameter: diameterOf(this.#points.numSamples, this.#view.zoom) });

  destroy() {
    this.#pulse.stop();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#hands.destroy();
    this.mover.destroy();
    this.#view.destroy();
    this.#overlay.destroy();
    this.#layer.destroy();
    this.#arrival.tell(false);
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
    for (const each of [this.mover, this.#hands, this.#view]) each.attach(this.#stage.plot);
    if (change.isFirst) this.#view.begin(this.#points);
    else if (change.isResized) this.makeRoom();
    const hasArrived = this.#points.advance(nowMs);
    const isMoving = hasArrived || this.#points.isMoving || this.#overlay.isMoving(nowMs);
    const hasWork = this.#painter.isNew(this.#view.projection) || isMoving || this.#isDirty;
    if (hasWork) this.#draw(nowMs);
    if (!this.#hands.isBusy && !this.mover.isBusy && this.#view.isQuick(this.#points)) this.#hover.ask(this.#selecting.idAt);
    if (hasArrived) this.#arrival.tell(true);
    if (!isMoving && !isTravelling) this.#outside.look(this.#points, this.#view);
    return hasWork || isTravelling;
  }

  #draw(nowMs) {
    this.#isDirty = false;
    this.#hover.touch();
    const scene = { points: this.#points, view: this.#view, hoveredId: this.#hover.id < 0 ? this.#ringId : this.#hover.id, drag: this.mover.drag };
    if (this.#painter.paint(scene, nowMs)) this.#options.onView({ range: this.#view.range, box: this.#stage.frame.plot });
  }

  #viewOf(latentDim) {
    const onRegion = (region, mode) => this.#selecting.region(region, mode);
    return viewOf(latentDim, this.#stage, this.#overlay, { onRegion, onStir: this.#invalidate }, this.#view);
  }

  #stirDrag = () => {
    if (this.mover.isBusy) this.#hover.move(null); // where the press was is not where the pointer is after a drop
    else this.#hover.clear();
    this.#overlay.ghost.set(this.mover.drag);
    this.#stage.plot?.classList.toggle("holding", this.mover.drag !== null);
    this.#invalidate();
  };

  #invalidate = () => {
    this.#isDirty = true;
    this.#pulse?.wake();
  };

  // A hidden page gets no frames; whoever waits for a tween must not wait for the page.
  #onVisibility = () => {
    if (!document.hidden || !this.#points.isMoving) return;
    this.#points.advance(Infinity);
    this.#invalidate();
    this.#arrival.tell(true);
  };
}
