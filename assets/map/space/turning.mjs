/**
 * Hands on a cloud in space: drag turns or slides it, a wheel or two fingers come nearer, arrow keys turn it while it
 * has the focus, which a press ends.
 * Nothing moves on after the hand has let go.
 *
 * @typedef {{x: number, y: number}} At client pixels
 * @typedef {{isTurning: () => boolean, onOrbit: (dx: number, dy: number) => void,
 *   onSlide: (dx: number, dy: number) => void, onZoom: (factor: number, at: At) => void,
 *   onHold: (isHeld: boolean) => void}} Listeners isTurning: whether a plain drag is for the view; distances in pixels
 */
import { askedBy } from "../asking.mjs";

/** The most of a fold by which one turn changes what is in sight: fingers that pinch turn often and a little. */
const [MOST, MOST_PINCHED] = [0.6, 0.2];
/** Pixels a wheel that counts in lines or pages means by one. */
const WHEEL_PX = [1, 33, 400];

/**
 * How much nearer or farther one turn of the wheel brings the cloud.
 *
 * @param {{deltaY: number, deltaMode: number, ctrlKey: boolean}} event ctrlKey: fingers pinching on a touch pad, or a wheel
 *   with Ctrl
 * @returns {number} to multiply what is in sight with
 */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }) {
  const [perPixel, most] = ctrlKey ? [0.01, MOST_PINCHED] : [0.0015, MOST];
  return Math.exp(Math.max(-most, Math.min(most, deltaY * WHEEL_PX[deltaMode] * perPixel)));
}

/**
 * How one of two fingers changes the view: their distance is nearness, their middle is where.
 *
 * @param {At} last @param {At} at of the finger that moved @param {At} other the one that rests
 * @returns {{factor: number, middle: At}} factor: to multiply what is in sight with
 */
export function pinchOf(last, at, other) {
  const before = Math.hypot(last.x - other.x, last.y - other.y);
  const after = Math.hypot(at.x - other.x, at.y - other.y);
  return { factor: before > 0 && after > 0 ? before / after : 1, middle: { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 } };
}

/**
 * What a press starts.
 *
 * @param {{button: number, shiftKey: boolean}} event
 * @param {boolean} isTurning
 * @returns {"orbit" | "slide" | null} null when it is not for the view
 */
export function dragOf({ button, shiftKey }, isTurning) {
  if (button === 1) return "orbit";
  if (button === 2) return "slide";
  if (button !== 0 || !isTurning) return null;
  return shiftKey ? "slide" : "orbit";
}

export class Turning {
  #glass;
  #listeners;
  /** @type {Map<number, At>} where each pointer that is down was last */
  #pointers = new Map();
  #drag = null;

  /** @param {HTMLElement} glass @param {Listeners} listeners */
  constructor(glass, listeners) {
    this.#glass = glass;
    this.#listeners = listeners;
    glass.addEventListener("pointerdown", this.#onDown);
    glass.addEventListener("pointermove", this.#onMove);
    for (const end of ["pointerup", "pointercancel"]) glass.addEventListener(end, this.#onEnd);
    glass.addEventListener("wheel", this.#onWheel, { passive: false });
    glass.addEventListener("keydown", this.#onKey);
    // No focus by a mere press, no text selected, no scrolling by the middle button; and no menu under a right drag.
    for (const kind of ["mousedown", "contextmenu"]) glass.addEventListener(kind, (event) => event.preventDefault());
  }

  #onDown = (event) => {
    // The arrows step through time and move what is selected: they turn the map for those alone who came to it by Tab.
    document.activeElement?.blur();
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const drag = this.#pointers.size > 1 ? "pinch" : dragOf(event, this.#listeners.isTurning());
    if (drag === null) return;
    this.#drag = drag;
    this.#glass.setPointerCapture(event.pointerId);
    this.#glass.dataset.held = drag;
    this.#listeners.onHold(true);
  };

  #onMove = (event) => {
    const last = this.#pointers.get(event.pointerId);
    if (last === undefined) return;
    const at = { x: event.clientX, y: event.clientY };
    if (this.#drag === "pinch") this.#pinch(event.pointerId, last, at);
    if (this.#drag === "orbit") this.#listeners.onOrbit(at.x - last.x, at.y - last.y);
    if (this.#drag === "slide") this.#listeners.onSlide(at.x - last.x, at.y - last.y);
    this.#pointers.set(event.pointerId, at);
  };

  #pinch(id, last, at) {
    const other = [...this.#pointers].find(([each]) => each !== id)?.[1];
    if (other === undefined) return;
    const { factor, middle } = pinchOf(last, at, other);
    this.#listeners.onSlide((at.x - last.x) / 2, (at.y - last.y) / 2);
    if (factor !== 1) this.#listeners.onZoom(factor, middle);
  }

  #onEnd = (event) => {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size > 0 || this.#drag === null) return;
    this.#drag = null;
    delete this.#glass.dataset.held;
    this.#listeners.onHold(false);
  };

  #onWheel = (event) => {
    event.preventDefault();
    this.#listeners.onZoom(wheelFactor(event), { x: event.clientX, y: event.clientY });
  };

  #onKey = (event) => {
    const asked = askedBy(event);
    if (asked === null) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own arrows step through time
    const box = this.#glass.getBoundingClientRect();
    if (asked.factor) this.#listeners.onZoom(asked.factor, { x: box.left + box.width / 2, y: box.top + box.height / 2 });
    else if (event.shiftKey) this.#listeners.onSlide(...asked.by);
    else this.#listeners.onOrbit(...asked.by);
  };
}
