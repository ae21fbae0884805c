/**
 * The map's heartbeat: animation frames while something happens, sleep when nothing does. A loop that never sleeps
 * costs 6 % of a core for a map at rest, and the network learns on the same cores.
 */

/** Frames go on for this long after the last one that had work. */
const LINGER_MS = 300;
/** Asleep, it still looks this often: a graph can be drawn, resized or taken away without a word. */
const GLANCE_MS = 250;

export class Pulse {
  #step;
  #request = 0;
  #glance;
  #lastWorkMs = -Infinity;

  /** @param {(nowMs: number) => boolean} step one frame; whether it had work */
  constructor(step) {
    this.#step = step;
    this.#glance = setInterval(this.wake, GLANCE_MS);
    this.wake();
  }

  wake = () => {
    this.#request ||= requestAnimationFrame(this.#beat);
  };

  stop() {
    clearInterval(this.#glance);
    cancelAnimationFrame(this.#request);
    // A stopped pulse looks as if a frame were on its way, so that no late event starts it again.
    this.#request = -1;
  }

  #beat = () => {
    this.#request = 0;
    const nowMs = performance.now();
    if (this.#step(nowMs)) this.#lastWorkMs = nowMs;
    if (nowMs - this.#lastWorkMs < LINGER_MS) this.wake();
  };
}
