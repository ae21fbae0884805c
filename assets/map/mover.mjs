/**
 * The Move tool: from a press on a point, or on the name of a class, to a drop. Keys move the same way, and what
 * they move hangs in the air until it is dropped or let go.
 *
 * @typedef {import("./drag.mjs").Drag} Drag
 * @typedef {{drag: Drag, at: {x: number, y: number} | null, isOutside?: boolean}} Dragging at: the pointer in client
 *   pixels; isOutside: it is beside the map, where to let go puts everything back
 * @typedef {{onGrab: (grip: {id: number, classIndex: number | null}) => ({kind: "points" | "class", ids: Uint32Array,
 *     classInfo?: object, centre?: number[], offset?: number[]} | null),
 *   onDrag: (dragging: Dragging) => void, onDrop: (dragging: Dragging) => void, onLetGo: (how: {isOutside: boolean}) => void,
 *   onClick: (at: {x: number, y: number}, mode: import("./hands.mjs").Mode) => void, onStir: () => void}} MoverListeners
 *   onGrab says what a press on a point (-1 for none) or on the name of a class would move, null for nothing; a class
 *   with the centre and offset that make the place of its name; onStir asks for a new drawing
 * @typedef {{points: () => import("./points.mjs").Points, idAt: (at: {x: number, y: number}) => number,
 *   holds: (at: {x: number, y: number}) => boolean, places: import("./places.mjs").Places}} Ground the map under the
 *   hand; holds: whether a client pixel is on it
 */
import { aimOf, draggedBy, startDrag } from "./drag.mjs";
import { Grip } from "./grip.mjs";
import { CLICK_PX, modeOf } from "./hands.mjs";

/** The longer of the two ways on the screen alone. */
export function onAxis(from, to) {
  return Math.abs(to.x - from.x) >= Math.abs(to.y - from.y) ? { x: to.x, y: from.y } : { x: from.x, y: to.y };
}

export class Mover {
  /** @type {Drag | null} what is on its way */
  drag = null;
  #ground;
  #listeners;
  #grip;
  /** @type {{at: {x: number, y: number}, last: {x: number, y: number}, depth?: number, data: number[] | null, event: PointerEvent, held: any} | null} */
  #press = null;

  /** @param {Ground} ground @param {MoverListeners} listeners */
  constructor(ground, listeners) {
    this.#ground = ground;
    this.#listeners = listeners;
    this.#grip = new Grip({
      onPress: (at, event) => this.#onPress(at, event),
      onMove: (at, event) => this.#onMove(at, event),
      onRelease: (at, event) => this.#onRelease(at, event),
      onCancel: () => this.letGo(),
    });
  }

  get isOn() {
    return this.#grip.isOn;
  }

  set isOn(value) {
    this.#grip.isOn = value;
    if (!value) this.letGo();
  }

  get isBusy() {
    return this.#grip.isHolding;
  }

  attach(plot) {
    this.#grip.attach(plot);
  }

  /**
   * Move by keys: the first step takes hold.
   *
   * @param {{kind: "points" | "class", ids: Uint32Array, classInfo?: object}} held
   * @param {[number, number]} pixels to the right and down
   */
  nudge(held, [right, down]) {
    if (this.#grip.isHolding) return;
    const drag = this.drag ?? this.#start(held);
    const aim = aimOf(drag);
    const from = this.#ground.places.project(aim);
    if (from === null) return; // behind the eye: nobody would see where it goes
    this.drag = drag;
    this.#moveBy(aim, this.#ground.places.unproject({ x: from.x + right, y: from.y + down }, from.depth), drag.offset);
    this.#tell(null);
  }

  /** Drop what hangs in the air. */
  drop() {
    if (this.drag === null) return;
    const dragging = { drag: this.drag, at: this.#press?.last ?? null };
    this.#end();
    this.#listeners.onDrop(dragging);
  }

  /** Everything goes back where it was. @param {boolean} [isOutside] let go beside the map, where nothing can lie */
  letGo(isOutside = false) {
    if (this.drag === null && this.#press === null) return;
    this.#end();
    this.#listeners.onLetGo({ isOutside });
  }

  destroy() {
    this.#grip.destroy();
  }

  #end() {
    this.#grip.release();
    this.drag = this.#press = null;
    this.#ground.points().setDragged(null);
    this.#listeners.onStir();
  }

  #onPress(at, event) {
    const name = event.target.closest?.("[data-class-index]");
    const id = this.#ground.idAt(at);
    if (!name && id < 0) return false;
    this.letGo(); // what hangs by keys: the press may mean another, or a click
    const held = this.#listeners.onGrab({ id, classIndex: name ? Number(name.dataset.classIndex) : null });
    const seen = held && this.#ground.places.project(this.#handleOf(id, held)); // null behind the eye
    if (!seen) return id >= 0 && this.#pressOnly(at, event);
    const { depth } = seen;
    this.#press = { at, last: at, depth, data: this.#ground.places.unproject(at, depth), event, held };
    return true;
  }

  /** The place the hand holds, a point or where the name of a class stands: in space it stays as far away as that was. */
  #handleOf(id, held) {
    return held.kind === "class" ? aimOf(held) : this.#ground.points().placeOf(id);
  }

  /** A point that cannot be moved can still be clicked. */
  #pressOnly(at, event) {
    this.#press = { at, last: at, data: null, event, held: null };
    return true;
  }

  #onMove(at, event) {
    const press = this.#press;
    if (press === null) return;
    press.last = at;
    if (press.held === null) return;
    if (this.drag === null) {
      if (Math.hypot(at.x - press.at.x, at.y - press.at.y) <= CLICK_PX) return;
      this.drag = this.#start(press.held);
    }
    const here = event.shiftKey ? onAxis(press.at, at) : at;
    this.#moveBy(press.data, this.#ground.places.unproject(here, press.depth), press.held.offset);
    this.#tell(at);
  }

  /** Points on their way arrive below the hand, which adds its offset to that: they are held at where they will rest. */
  #start(held) {
    const points = this.#ground.points();
    return startDrag(held, points.settled(), points.latentDim);
  }

  #moveBy(from, to, before = null) {
    this.drag = draggedBy(this.drag, this.drag.offset.map((_, axis) => (before?.[axis] ?? 0) + to[axis] - from[axis]));
  }

  #tell(at) {
    const points = this.#ground.points();
    if (points.dragged !== this.drag.ids) points.setDragged(this.drag.ids);
    this.#listeners.onDrag({ drag: this.drag, at, isOutside: at !== null && !this.#ground.holds(at) });
    this.#listeners.onStir();
  }

  #onRelease(at, event) {
    const press = this.#press;
    if (press === null) return;
    if (this.drag !== null) {
      if (this.#ground.holds(at)) this.drop();
      else this.letGo(true);
      return;
    }
    this.#press = null;
    this.#listeners.onClick(at, modeOf(press.event, event));
  }
}
