/**
 * The hand that takes hold of points: pointer events only, so that mouse, pen and finger do the same. A press that
 * takes hold of something never reaches Plotly; any other press is Plotly's, which pans.
 *
 * @typedef {{x: number, y: number}} Place client pixels
 * @typedef {{onPress: (at: Place, event: PointerEvent) => boolean, onMove: (at: Place, event: PointerEvent) => void,
 *   onRelease: (at: Place, event: PointerEvent) => void, onCancel: () => void}} GripListeners
 *   onPress answers whether it took hold
 */

/** What Plotly would start a pan of its own by. */
const PLOTLYS = ["mousedown", "touchstart"];

export class Grip {
  #plot = null;
  #listeners;
  #pointerId = null;
  /** Whether a second finger ended what the first had begun: until all are up neither begins anything more. */
  #isBroken = false;
  /** Whether presses are offered at all. */
  isOn = false;

  /** @param {GripListeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
    window.addEventListener("pointermove", this.#onMove, true);
    window.addEventListener("pointerup", this.#onUp, true);
    window.addEventListener("pointercancel", this.#onCancel, true);
  }

  get isHolding() {
    return this.#pointerId !== null;
  }

  /** @param {HTMLElement} plot the element Plotly draws in; asked every frame */
  attach(plot) {
    if (this.#plot === plot) return;
    this.#detach();
    this.#plot = plot;
    plot.addEventListener("pointerdown", this.#onDown, true);
    for (const name of PLOTLYS) plot.addEventListener(name, this.#onPlotlys, { capture: true, passive: false });
  }

  /** Lets go without a word. */
  release() {
    this.#pointerId = null;
  }

  destroy() {
    this.#detach();
    window.removeEventListener("pointermove", this.#onMove, true);
    window.removeEventListener("pointerup", this.#onUp, true);
    window.removeEventListener("pointercancel", this.#onCancel, true);
  }

  #detach() {
    this.#plot?.removeEventListener("pointerdown", this.#onDown, true);
    for (const name of PLOTLYS) this.#plot?.removeEventListener(name, this.#onPlotlys, { capture: true });
    this.#plot = null;
  }

  #onDown = (event) => {
    if (event.isPrimary) this.#isBroken = false;
    if (this.isHolding && event.pointerType === "touch" && !event.isPrimary) this.#break();
    if (this.#isBroken) return void this.#keepFrom(event);
    if (!this.isOn || event.button !== 0 || this.isHolding || !event.isPrimary) return;
    if (!this.#listeners.onPress({ x: event.clientX, y: event.clientY }, event)) return;
    this.#pointerId = event.pointerId;
    this.#keepFrom(event);
  };

  #onPlotlys = (event) => {
    if (this.isHolding || this.#isBroken) this.#keepFrom(event);
  };

  #keepFrom(event) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }

  /** Two fingers mean the view, not what lies below one of them. */
  #break() {
    this.#pointerId = null;
    this.#isBroken = true;
    this.#listeners.onCancel();
  }

  #onMove = (event) => {
    if (event.pointerId === this.#pointerId) this.#listeners.onMove({ x: event.clientX, y: event.clientY }, event);
  };

  #onUp = (event) => {
    if (event.pointerId !== this.#pointerId) return;
    this.#pointerId = null;
    this.#listeners.onRelease({ x: event.clientX, y: event.clientY }, event);
  };

  #onCancel = (event) => {
    if (event.pointerId !== this.#pointerId) return;
    this.#pointerId = null;
    this.#listeners.onCancel();
  };
}
