/** What drawing costs the main thread; uploads are counted apart, for they come once an embedding and not once a frame. */
export class Meter {
  #sums = { frames: 0, frameMs: 0, uploads: 0, uploadMs: 0, retargets: 0, retargetMs: 0 };

  /** @param {number} ms of the whole frame @param {number} uploadMs of it, 0 when nothing was uploaded */
  countFrame(ms, uploadMs) {
    this.#sums.frames++;
    this.#sums.frameMs += ms - uploadMs;
    this.#sums.uploads += Number(uploadMs > 0);
    this.#sums.uploadMs += uploadMs;
  }

  countRetarget(ms) {
    this.#sums.retargets++;
    this.#sums.retargetMs += ms;
  }

  /** @returns {Record<string, number>} sums since the map was made */
  read() {
    return { ...this.#sums };
  }
}
