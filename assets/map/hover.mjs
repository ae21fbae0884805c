/** Which sample the pointer rests on: asked once a frame, and again when the points move under a still pointer. */

export class Hover {
  /** @type {{x: number, y: number} | null} the pointer in client pixels, null when it is elsewhere */
  #at = null;
  #isStale = false;
  #onChange;
  id = -1;

  /** @param {(id: number, at: {x: number, y: number}) => void} onChange id is -1 for none */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {{x: number, y: number} | null} at */
  move(at) {
    if (at === null) this.#set(-1);
    this.#at = at;
    this.#isStale = at !== null;
  }

  /** The points or the view changed. */
  touch() {
    this.#isStale = this.#at !== null;
  }

  clear() {
    this.#set(-1);
    this.touch();
  }

  /** @param {(at: {x: number, y: number}) => number} hit */
  ask(hit) {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#set(hit(this.#at));
  }

  #set(id) {
    if (id === this.id) return;
    this.id = id;
    this.#onChange(id, this.#at ?? { x: 0, y: 0 });
  }
}
