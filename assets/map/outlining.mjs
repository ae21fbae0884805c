/**
 * Lasso and box, drawn by our own hand on a flat map and in space alike: pointer events only, so that mouse, pen and
 * finger do the same. What it takes never reaches Plotly; the wheel and the other buttons go where they always go.
 *
 * @typedef {[number, number]} Pixel from the canvas's corner
 * @typedef {{tool: () => string, projection: () => import("./flat_projection.mjs").Projection, toCanvas: (at: {x: number, y: number}) => Pixel,
 *   onDraft: (path: Pixel[] | null) => void,
 *   onRegion: (region: {kind: "lasso" | "box", path: Pixel[]}, mode: import("./hands.mjs").Mode) => void}} Options
 */
import { CLICK_PX, modeOf, SURFACE } from "./hands.mjs";
import { boxPath } from "./region.mjs";

/** A lasso gets a new corner only this far from the last one: the hand trembles, and corners cost time. */
const LEAST_PX = 1.5;
/** What Plotly would start a gesture of its own by. */
const PLOTLYS = ["mousedown", "touchstart"];

/** @param {Pixel[]} path a lasso's, grown in place @param {Pixel} at */
export function grow(path, at) {
  const last = path.at(-1);
  if (last === undefined || Math.hypot(at[0] - last[0], at[1] - last[1]) >= LEAST_PX) path.push(at);
}

/** Nothing is chosen that is not in sight. @param {Pixel} at @param {{width: number, height: number}} size @returns {Pixel} */
export function within([x, y], { width, height }) {
  return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
}

export class Outlining {
  /** @type {HTMLElement | null} */
  #surface = null;
  #options;
  /** @type {{down: PointerEvent, kind: "lasso" | "box", path: Pixel[], farthest: number} | null} */
  #stroke = null;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    window.addEventListener("keydown", this.#onKey, true);
  }

  /** @param {HTMLElement} surface around where hands meet the points; may be told again and again */
  attach(surface) {
    if (this.#surface === surface) return;
    this.#detach();
    this.#surface = surface;
    surface.addEventListener("pointerdown", this.#onDown);
    surface.addEventListener("pointermove", this.#onMove);
    surface.addEventListener("pointerup", this.#onUp);
    surface.addEventListener("pointercancel", this.#drop);
    for (const name of PLOTLYS) surface.addEventListener(name, this.#onPlotlys, { capture: true, passive: false });
  }

  destroy() {
    this.#drop();
    this.#detach();
    window.removeEventListener("keydown", this.#onKey, true);
  }

  #detach() {
    const surface = this.#surface;
    surface?.removeEventListener("pointerdown", this.#onDown);
    surface?.removeEventListener("pointermove", this.#onMove);
    surface?.removeEventListener("pointerup", this.#onUp);
    surface?.removeEventListener("pointercancel", this.#drop);
    for (const name of PLOTLYS) surface?.removeEventListener(name, this.#onPlotlys, { capture: true });
    this.#surface = null;
  }

  #onDown = (event) => {
    const tool = this.#options.tool();
    const isFirst = this.#stroke === null && event.isPrimary && event.button === 0;
    this.#drop(); // a second finger or button means something else
    if (!isFirst || (tool !== "lasso" && tool !== "box") || !event.target.closest?.(SURFACE)) return;
    this.#surface.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.#stroke = { down: event, kind: tool, path: [this.#at(event)], farthest: 0 };
  };

  #onMove = (event) => {
    const stroke = this.#stroke;
    if (stroke === null || event.pointerId !== stroke.down.pointerId) return;
    // Between two frames a quick hand makes corners that only these tell of.
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const each of steps.length > 0 ? steps : [event]) this.#extend(stroke, each);
    if (stroke.farthest > CLICK_PX) this.#options.onDraft(stroke.path);
  };

  #extend(stroke, event) {
    const { clientX, clientY } = stroke.down;
    stroke.farthest = Math.max(stroke.farthest, Math.hypot(event.clientX - clientX, event.clientY - clientY));
    const at = this.#at(event);
    if (stroke.kind === "lasso") grow(stroke.path, at);
    else stroke.path = boxPath([stroke.path[0][0], at[0]], [stroke.path[0][1], at[1]]);
  }

  #onUp = (event) => {
    const stroke = this.#stroke;
    if (stroke === null || event.pointerId !== stroke.down.pointerId) return;
    this.#drop();
    if (stroke.farthest <= CLICK_PX || stroke.path.length < 3) return;
    this.#options.onRegion({ kind: stroke.kind, path: stroke.path }, modeOf(stroke.down, event));
  };

  /** Escape takes back what is being drawn, and nothing else. */
  #onKey = (event) => {
    if (event.key !== "Escape" || this.#stroke === null) return;
    event.stopImmediatePropagation();
    this.#drop();
  };

  #onPlotlys = (event) => {
    if (this.#stroke === null) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  };

  #drop = () => {
    if (this.#stroke !== null) this.#options.onDraft(null);
    this.#stroke = null;
  };

  #at(event) {
    return within(this.#options.toCanvas({ x: event.clientX, y: event.clientY }), this.#options.projection());
  }
}
