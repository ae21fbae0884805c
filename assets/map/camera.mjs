/**
 * Moves Plotly's ranges: at once, smoothly, and by itself when the points outgrow the view. It lets go as soon as
 * the user pans or zooms, until the next `fit`.
 */
import { Chase } from "./chase.mjs";
import { isSameRange, mixRanges } from "./frame_axes.mjs";

/** Room left around growing points, so that a refit lasts for many frames. */
const FOLLOW_MARGIN = 0.22;
const FIT_MS = 260;

export class Camera {
  /** @type {{from: any, to: any, fromHome: any, toHome: any, startMs: number, durationMs: number} | null} */
  #move = null;
  #isBusy = false;
  #chase = new Chase();
  /** Where a chase is: the range Plotly was sent last. */
  #at = null;
  /** Where home goes along with it. */
  #chaseHome = null;
  /** Where a move at once leads while Plotly has not drawn it yet: the range read from it is still the old one. */
  #goal = null;
  /** Whether the user has panned or zoomed since the last fit. */
  isUsers = false;
  isFollowing = false;
  /** The range that counts as "not zoomed": the last one set by a fit, here or in the view that this one sees alike. */
  home = null;

  /** @param {(range: import("./frame_axes.mjs").Range) => Promise<unknown>} relayout */
  constructor(relayout) {
    this.relayout = relayout;
  }

  get isMoving() {
    return this.#move !== null || this.#chase.isOn;
  }

  /**
   * @param {import("./frame_axes.mjs").Range} [range]
   * @returns {number} how many times closer than home, both axes together
   */
  zoomAt(range) {
    if (!range || !this.home) return 1;
    const ratio = (axis) => (this.home[axis][1] - this.home[axis][0]) / (range[axis][1] - range[axis][0]);
    return Math.sqrt(Math.abs(ratio("x") * ratio("y")));
  }

  /** The user took hold of the view. */
  release() {
    this.isUsers = true;
    this.#move = null;
    this.#chase.stop();
  }

  /**
   * @param {import("./frame_axes.mjs").Range} from where the view is now
   * @param {import("./frame_axes.mjs").Range} to
   * @param {number} nowMs
   * @param {number} [durationMs] 0 for at once
   * @param {import("./frame_axes.mjs").Range} [home] from then on
   */
  go(from, to, nowMs, durationMs = FIT_MS, home = to) {
    this.#move = null;
    this.#chase.stop();
    if (durationMs > 0) this.#move = { from, to, fromHome: this.home ?? home, toHome: home, startMs: nowMs, durationMs };
    else {
      this.home = home;
      if (!isSameRange(from, to)) this.#jump(to);
    }
  }

  /** By a key of the user's. @param {import("./frame_axes.mjs").Range} range the view now, if it is not about to be elsewhere */
  take(range, change) {
    this.release();
    this.#jump(change(this.#goal ?? range));
  }

  /** After a range that somebody else moves. @param {number} ms how far behind it may be @param {import("./frame_axes.mjs").Range} [home] in the end */
  chase(from, to, nowMs, ms, home = this.home) {
    this.#move = null;
    this.#chaseHome = home ?? to;
    if (!this.#chase.isOn) this.#at = from;
    this.#chase.aim(to, nowMs, ms);
  }

  /**
   * Goes after points that outgrow the view. Pictures follow each other faster than a move lasts: one that began anew
   * with each would never get anywhere, so this one goes on from where it is.
   *
   * @param {import("./frame_axes.mjs").Range} range the view now
   * @param {import("./frame_axes.mjs").Range} extent of the points at the end of their way
   * @param {import("./room.mjs").Room} room
   * @param {number} nowMs
   * @param {number} durationMs 0 for at once
   */
  follow(range, extent, room, nowMs, durationMs) {
    if (!this.isFollowing || this.isUsers || room.holds(this.#move?.to ?? this.#chase.goal ?? this.#goal ?? range, extent)) return;
    const to = room.fit(extent, FOLLOW_MARGIN);
    if (!(durationMs > 0)) return void this.go(range, to, nowMs, 0);
    this.chase(range, to, nowMs, Math.max(FIT_MS, durationMs), to);
  }

  #jump(to) {
    this.#goal = to;
    Promise.resolve(this.relayout(to)).finally(() => {
      if (this.#goal === to) this.#goal = null;
    });
  }

  /**
   * One step of a smooth move; a step is left out while Plotly still draws the one before.
   *
   * @returns {boolean} whether the view is on its way
   */
  step(nowMs) {
    if (this.#isBusy) return this.isMoving;
    const chase = this.#chase.step(nowMs);
    if (chase) this.home = mixRanges(this.home ?? this.#at, this.#chaseHome, chase.share);
    if (chase) this.#show((this.#at = mixRanges(this.#at, chase.goal, chase.share)));
    if (this.#move === null) return chase !== null;
    const { from, to, fromHome, toHome, startMs, durationMs } = this.#move;
    const u = Math.min(1, Math.max(0, (nowMs - startMs) / durationMs));
    const eased = u * u * (3 - 2 * u);
    this.home = mixRanges(fromHome, toHome, eased);
    if (u === 1) this.#move = null;
    this.#show(mixRanges(from, to, eased));
    return true;
  }

  #show(range) {
    this.#isBusy = true;
    this.relayout(range).finally(() => {
      this.#isBusy = false;
    });
  }
}
