/** In which order to draw points so that near ones cover far ones. Pure: a counting sort by depth, one pass a frame. */

/** More points than this are drawn as they come: their marks are too small to cover each other for long. */
export const MOST_SORTED = 50_000;
const NUM_BINS = 4096;

export class DepthOrder {
  #bins = new Uint16Array(0);
  #starts = new Uint32Array(NUM_BINS + 1);
  /** Ids, the farthest first. */
  ids = new Uint32Array(0);

  /**
   * @param {Float32Array} from three values a sample
   * @param {Float32Array} to
   * @param {number} t share of the way
   * @param {ArrayLike<number>} back direction towards the eye
   * @param {{low: number, high: number}} range of places along it; those outside count as at its ends
   * @returns {Uint32Array} ids, the farthest first; the same array every time
   */
  sort(from, to, t, back, { low, high }) {
    const numSamples = to.length / 3;
    if (this.ids.length !== numSamples) {
      this.ids = new Uint32Array(numSamples);
      this.#bins = new Uint16Array(numSamples);
    }
    const starts = this.#starts.fill(0);
    const scale = high > low ? (NUM_BINS - 1) / (high - low) : 0;
    const [x, y, z] = [back[0] * scale, back[1] * scale, back[2] * scale];
    const s = 1 - t;
    for (let id = 0, i = 0; id < numSamples; id++, i += 3) {
      const begin = s > 0 ? x * from[i] + y * from[i + 1] + z * from[i + 2] : 0;
      const near = begin * s + (x * to[i] + y * to[i + 1] + z * to[i + 2]) * t - low * scale;
      const bin = near > 0 ? Math.min(NUM_BINS - 1, Math.floor(near)) : 0;
      this.#bins[id] = bin;
      starts[bin + 1]++;
    }
    for (let bin = 0; bin < NUM_BINS; bin++) starts[bin + 1] += starts[bin];
    for (let id = 0; id < numSamples; id++) this.ids[starts[this.#bins[id]]++] = id;
    return this.ids;
  }
}
