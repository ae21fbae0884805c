/** Lasso and box drawn by our own hand, for Plotly's are not there in space. The keys mean what they mean on a flat map. */
import { CLICK_PX, modeOf } from "../hands.mjs";
import { boxPath } from "../region.mjs";

/** A lasso gets a new corner only this far from the last one: the hand trembles, and corners cost time. */
const LEAST_PX = 1.5;

/** @param {[number, number][]} path a lasso's, grown in place @param {[number, number]} at */
export function grow(path, at) {
  const last = path.at(-1);
  if (last === undefined || Math.hypot(at[0] - last[0], at[1] - last[1]) >= LEAST_PX) path.push(at);
}

export class Outlining {
  #glass;
  #options;
  /** @type {{down: PointerEvent, kind: "lasso" | "box", path: [number, number][], farthest: number} | null} */
  #stroke = null;

  /**
   * @param {HTMLElement} glass
   * @param {{tool: () => string, toCanvas: (at: {x: number, y: number}) => [number, number],
   *   onDraft: (path: [number, number][] | null) => void,
   *   onRegion: (region: {kind: "lasso" | "box", path: [number, number][]}, mode: import("../hands.mjs").Mode) => void}} options
   */
  constructor(glass, options) {
    this.#glass = glass;
    this.#options = options;
    glass.addEventListener("pointerdown", this.#onDown);
    glass.addEventListener("pointermove", this.#onMove);
    glass.addEventListener("pointerup", this.#onUp);
    glass.addEventListener("pointercancel", this.#drop);
  }

  #onDown = (event) => {
    const tool = this.#options.tool();
    const isFirst = this.#stroke === null && event.isPrimary && event.button === 0;
    this.#drop(); // a second finger or button means something else
    if (!isFirst || (tool !== "lasso" && tool !== "box")) return;
    this.#glass.setPointerCapture(event.pointerId);
    this.#stroke = { down: event, kind: tool, path: [this.#at(event)], farthest: 0 };
  };

  #onMove = (event) => {
    const stroke = this.#stroke;
    if (stroke === null || event.pointerId !== stroke.down.pointerId) return;
    const { clientX, clientY } = stroke.down;
    stroke.farthest = Math.max(stroke.farthest, Math.hypot(event.clientX - clientX, event.clientY - clientY));
    const at = this.#at(event);
    if (stroke.kind === "lasso") grow(stroke.path, at);
    else stroke.path = boxPath([stroke.path[0][0], at[0]], [stroke.path[0][1], at[1]]);
    if (stroke.farthest > CLICK_PX) this.#options.onDraft(stroke.path);
  };

  #onUp = (event) => {
    const stroke = this.#stroke;
    this.#drop();
    if (stroke === null || stroke.farthest <= CLICK_PX || stroke.path.length < 3) return;
    this.#options.onRegion({ kind: stroke.kind, path: stroke.path }, modeOf(stroke.down, event));
  };

  #drop = () => {
    if (this.#stroke !== null) this.#options.onDraft(null);
    this.#stroke = null;
  };

  #at(event) {
    return this.#options.toCanvas({ x: event.clientX, y: event.clientY });
  }
}
