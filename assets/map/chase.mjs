/**
 * After a goal that moves itself: in each frame a share of the way that is left, so that however often the goal is set
 * anew, and however rare frames are, the view is never more than a moment behind. Pure but for what it remembers.
 *
 * @template Goal
 */
export class Chase {
  /** @type {Goal | null} */
  #goal = null;
  #ms = 1;
  #lastMs = 0;
  #endMs = 0;

  /** @param {Goal} goal @param {number} nowMs @param {number} ms in which 95 % of the way is gone */
  aim(goal, nowMs, ms) {
    if (this.#goal === null) this.#lastMs = nowMs;
    [this.#goal, this.#ms, this.#endMs] = [goal, ms, nowMs + 2 * ms];
  }

  stop() {
    this.#goal = null;
  }

  get isOn() {
    return this.#goal !== null;
  }

  /** @returns {Goal | null} */
  get goal() {
    return this.#goal;
  }

  /** @param {number} nowMs @returns {{goal: Goal, share: number} | null} share of what is left; 1: it is there, and the chase over */
  step(nowMs) {
    if (this.#goal === null) return null;
    const share = nowMs >= this.#endMs ? 1 : 1 - Math.exp((-3 * Math.max(0, nowMs - this.#lastMs)) / this.#ms);
    const goal = this.#goal;
    this.#lastMs = nowMs;
    if (share === 1) this.stop();
    return { goal, share };
  }
}
