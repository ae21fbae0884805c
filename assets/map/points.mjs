/**
 * What is known of every point, kept on this side of the GPU so that a lost context costs nothing.
 * Each array carries a version; the layer uploads what is newer than what it has.
 */
import { bulkOf, unionOf } from "./bulk.mjs";
import { extentOf } from "./frame_axes.mjs";
import { endOf, mixInto, progressOf, startTween } from "./tween.mjs";

/** In `selected`: the point is on its way by hand and drawn apart. */
const DRAGGED = 2;

/** Positions of two ends of a tween, the look and the selection of `numSamples` points. */
export class Points {
  /** @type {import("./tween.mjs").Tween | null} */
  #tween = null;
  /** @type {number | null} */
  #lastEndMs = null;
  /** Counted over all points there ever were: what is uploaded of one must not pass for another's. */
  static #version = 0;
  #bulk = { version: -1, of: null };
  /** @type {Float32Array | null} places on another map that a view must hold as well */
  #company = null;
  /** @type {Uint8Array | null} what the page selected, without regard to what is being dragged */
  #mask = null;
  /** @type {Uint32Array | null} points on their way by hand, null when there are none */
  dragged = null;

  constructor(numSamples = 0, latentDim = 2) {
    if (!Number.isInteger(numSamples) || numSamples < 0)
      throw new RangeError(`numSamples is ${numSamples}; it must be a whole number, 0 or more.`);
    if (latentDim !== 2 && latentDim !== 3) throw new RangeError(`latentDim is ${latentDim}; a map has 2 or 3 axes.`);
    this.numSamples = numSamples;
    this.latentDim = latentDim;
    /** Two position buffers; `head` is the one the points are at, or on their way to. */
    this.slots = [0, 1].map(() => ({ array: new Float32Array(numSamples * latentDim), version: 0 }));
    this.head = 0;
    this.t = 1;
    this.hasPositions = false;
    this.color = { array: new Uint8Array(4 * numSamples).fill(128), version: 0 };
    this.mark = { array: new Uint8Array(numSamples), version: 0 };
    this.selected = { array: new Uint8Array(numSamples), version: 0 };
    this.selectedIds = { array: new Uint32Array(0), version: 0 };
    /** @type {{array: Uint32Array, version: number}} */
    this.draggedIds = { array: new Uint32Array(0), version: 0 };
    this.touchAll();
  }

  get target() {
    return this.slots[this.head];
  }

  get origin() {
    return this.slots[1 - this.head];
  }

  get isMoving() {
    return this.#tween !== null;
  }

  /** Milliseconds until the running tween ends; 0 when the points rest. */
  remainingMs(nowMs) {
    return this.#tween === null ? 0 : Math.max(0, endOf(this.#tween) - nowMs);
  }

  /** Number that changes whenever the resting positions do. */
  get positionVersion() {
    return this.target.version;
  }

  /** @returns {import("./frame_axes.mjs").Range | null} of where the points are, or on their way to */
  extent() {
    return this.hasPositions ? extentOf(this.target.array, this.latentDim) : null;
  }

  /** @returns {import("./bulk.mjs").Bulk | null} of where most points are, or are on their way to; the same while they stay */
  bulk() {
    if (this.#bulk.version !== this.target.version)
      this.#bulk = { version: this.target.version, of: this.hasPositions ? this.#bulkNow() : null };
    return this.#bulk.of;
  }

  #bulkNow() {
    const own = bulkOf(this.target.array, this.latentDim);
    const other = own && this.#company && bulkOf(this.#company, this.latentDim);
    return other ? unionOf(own, other) : own;
  }

  /** @param {Float32Array | null} embedding of the map beside this one: both are framed alike */
  setCompany(embedding) {
    this.#company = embedding;
    this.#bulk.version = -1;
  }

  touchAll() {
    for (const part of [...this.slots, this.color, this.mark, this.selected, this.selectedIds, this.draggedIds]) this.#touch(part);
  }

  /** @param {Float32Array} embedding interleaved by sample */
  cut(embedding) {
    this.#check(embedding, this.numSamples * this.latentDim, "embedding");
    this.target.array.set(embedding);
    this.#touch(this.target);
    this.#tween = null;
    this.#lastEndMs = null;
    this.t = 1;
    this.hasPositions = true;
  }

  /**
   * Aim at `embedding`, from wherever the points are now.
   *
   * @param {Float32Array} embedding
   * @param {number} nowMs
   * @param {number} durationMs
   * @param {import("./tween.mjs").Ease} ease
   */
  aim(embedding, nowMs, durationMs, ease) {
    this.#check(embedding, this.numSamples * this.latentDim, "embedding");
    const tween = startTween(nowMs, durationMs, ease, this.#lastEndMs);
    if (this.#tween === null) this.head = 1 - this.head;
    else {
      mixInto(this.origin.array, this.target.array, this.t, this.origin.array);
      this.#touch(this.origin);
    }
    this.target.array.set(embedding);
    this.#touch(this.target);
    this.#tween = tween;
    this.t = 0;
  }

  /**
   * @param {number} nowMs
   * @returns {boolean} whether the tween arrived with this step
   */
  advance(nowMs) {
    if (this.#tween === null) return false;
    const { t, hasArrived } = progressOf(this.#tween, nowMs);
    this.t = t;
    if (hasArrived) {
      this.#lastEndMs = endOf(this.#tween);
      this.#tween = null;
    }
    return hasArrived;
  }

  /** @returns {Float32Array} a copy of the positions as on screen */
  current() {
    return this.t === 1 ? this.target.array.slice() : mixInto(this.origin.array, this.target.array, this.t);
  }

  /** @returns {Float32Array} a copy of where the points rest, or will once they have arrived */
  settled() {
    return this.target.array.slice();
  }

  /** @param {number} id @returns {number[] | null} where a point is on screen, mid-tween too */
  placeOf = (id) => {
    if (!this.hasPositions || !(id >= 0 && id < this.numSamples)) return null;
    const at = id * this.latentDim;
    const [x, y] = [this.#mixed(at), this.#mixed(at + 1)];
    return this.latentDim === 2 ? [x, y] : [x, y, this.#mixed(at + 2)];
  };

  /** One value of a place on screen. */
  #mixed(at) {
    const { array } = this.target;
    return this.t === 1 ? array[at] : this.origin.array[at] * (1 - this.t) + array[at] * this.t;
  }

  /**
   * @param {Uint8Array} color rgba by sample
   * @param {Uint8Array} mark bits by sample
   */
  setLook(color, mark) {
    this.#check(color, 4 * this.numSamples, "color");
    this.#check(mark, this.numSamples, "mark");
    this.color.array.set(color);
    this.mark.array.set(mark);
    this.#touch(this.color);
    this.#touch(this.mark);
  }

  /** @param {Uint8Array} mask 1 where selected */
  setSelected(mask) {
    this.#check(mask, this.numSamples, "mask");
    this.#mask = mask.slice();
    this.#tellApart();
  }

  /**
   * Points that are drawn at an offset of their own, above all others; a selected one of them is not drawn twice.
   *
   * @param {Uint32Array | null} ids ascending
   */
  setDragged(ids) {
    if (ids === this.dragged) return;
    this.dragged = ids;
    this.draggedIds.array = ids ?? new Uint32Array(0);
    this.#touch(this.draggedIds);
    this.#tellApart();
  }

  /** Say of each point whether it is selected (1) or on its way (2), and list the selected. */
  #tellApart() {
    const { array } = this.selected;
    if (this.#mask) array.set(this.#mask);
    else array.fill(0);
    for (const id of this.dragged ?? []) array[id] = DRAGGED;
    let count = 0;
    for (let i = 0; i < array.length; i++) if (array[i] === 1) count++;
    const ids = new Uint32Array(count);
    for (let i = 0, k = 0; i < array.length; i++) if (array[i] === 1) ids[k++] = i;
    this.selectedIds.array = ids;
    this.#touch(this.selected);
    this.#touch(this.selectedIds);
  }

  #touch(part) {
    part.version = ++Points.#version;
  }

  #check(array, length, name) {
    if (array?.length !== length)
      throw new RangeError(
        `${name} has ${array?.length} values; the map has ${this.numSamples} points and needs ${length}.`,
      );
  }
}
