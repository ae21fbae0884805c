/** Tells whoever asked for a motion how it ended: arrived, or overtaken by something newer. */

export class Arrival {
  /** @type {((hasArrived: boolean) => void) | null} answers the newest motion */
  #answer = null;

  /** A new motion begins; the one before is overtaken. @returns {Promise<boolean>} */
  awaited() {
    this.tell(false);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  tell(hasArrived) {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(hasArrived);
  }
}
