/**
 * Pointer and Plotly events turned into gestures: a click, a place hovered, a view taken hold of. Lasso and box are
 * drawn by `outlining.mjs`.
 *
 * @typedef {"replace" | "add" | "subtract"} Mode
 * @typedef {{kind: "lasso" | "box" | "click", path: [number, number][], sight?: number}} Region sight: of a region drawn in space, the number of the view
 * @typedef {{onClick: (at: {x: number, y: number}, mode: Mode) => void,
 *   onPoint: (at: {x: number, y: number} | null) => void, onTake: () => void, onStir: () => void}} Listeners
 *   positions in client pixels; onTake: the user moves the view; onStir: something may have changed on the screen
 */

/** A press that strays no further than this is a click. */
export const CLICK_PX = 4;
/** Where hands meet the points: Plotly's drag layer, or the glass before a cloud in space. */
export const SURFACE = ".nsewdrag, .map-glass";

/**
 * A key counts when it was down at either end of the gesture: people let go early, or press late.
 *
 * @param {{shiftKey: boolean, altKey: boolean}[]} events
 * @returns {Mode}
 */
export function modeOf(...events) {
  if (events.some((event) => event.altKey)) return "subtract";
  return events.some((event) => event.shiftKey) ? "add" : "replace";
}

export class Hands {
  #plot = null;
  #emitter = null;
  /** @type {{down: PointerEvent, farthest: number} | null} the last press */
  #press = null;
  #isDown = false;
  #listeners;

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
    window.addEventListener("pointermove", this.#onMove, true);
    window.addEventListener("pointerup", this.#onUp, true);
    window.addEventListener("pointercancel", this.#onCancel, true);
  }

  /** Whether a button is held, so that hovering rests. */
  get isBusy() {
    return this.#isDown;
  }

  /** Listens to a plot; Plotly makes a new emitter when it purges and draws again, so this is asked every frame. */
  attach(plot) {
    if (this.#plot === plot && this.#emitter === plot.on) return;
    this.#detach();
    this.#plot = plot;
    this.#emitter = plot.on;
    plot.addEventListener("pointerdown", this.#onDown, true);
    plot.addEventListener("pointerleave", this.#onLeave);
    plot.on("plotly_relayouting", this.#onTake);
    plot.on("plotly_afterplot", this.#listeners.onStir);
  }

  destroy() {
    this.#detach();
    window.removeEventListener("pointermove", this.#onMove, true);
    window.removeEventListener("pointerup", this.#onUp, true);
    window.removeEventListener("pointercancel", this.#onCancel, true);
  }

  #detach() {
    const plot = this.#plot;
    if (plot === null) return;
    plot.removeEventListener("pointerdown", this.#onDown, true);
    plot.removeEventListener("pointerleave", this.#onLeave);
    plot.removeListener?.("plotly_relayouting", this.#onTake);
    plot.removeListener?.("plotly_afterplot", this.#listeners.onStir);
    this.#plot = this.#emitter = null;
  }

  #onDown = (event) => {
    if (!event.isPrimary) return this.#onCancel(); // a second finger: two of them are no click
    if (event.button !== 0 || !event.target.closest?.(SURFACE)) return undefined;
    this.#isDown = true;
    this.#press = { down: event, farthest: 0 };
    return this.#point(null);
  };

  #onMove = (event) => {
    const press = this.#press;
    if (this.#isDown) {
      const distance = Math.hypot(event.clientX - press.down.clientX, event.clientY - press.down.clientY);
      press.farthest = Math.max(press.farthest, distance);
    } else if (event.buttons === 0 && this.#plot?.contains(event.target)) {
      const isOnMap = event.target.closest(SURFACE) !== null;
      this.#point(isOnMap ? { x: event.clientX, y: event.clientY } : null);
    }
  };

  #onUp = (event) => {
    if (!this.#isDown) return;
    this.#isDown = false;
    const { down, farthest } = this.#press;
    if (farthest <= CLICK_PX) this.#listeners.onClick({ x: event.clientX, y: event.clientY }, modeOf(down, event));
  };

  #onCancel = () => {
    this.#isDown = false;
  };

  #onTake = () => {
    this.#listeners.onTake();
    this.#listeners.onStir();
  };

  #onLeave = () => this.#point(null);

  #point(at) {
    this.#listeners.onPoint(at);
    this.#listeners.onStir();
  }
}
