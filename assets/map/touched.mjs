/** The region of one class, washed and outlined in its colour while a hand holds points over it. */
import { bordersOf, washOf } from "./regions.mjs";
import { Strokes } from "./strokes.mjs";
import { WashPainter } from "./wash_painter.mjs";

const WASH = 0.16;
const BORDER = { alpha: 190, px: 1.6 };
const NOBODYS = -1;

/**
 * @typedef {import("./regions.mjs").Regions & {classIndex: number, color: number[]}} Touch whose region it is, and three
 *   bytes of its colour
 */

/** The regions of one class alone. @param {Touch} touch @returns {import("./regions.mjs").Regions} */
export const aloneOf = ({ region, classIndex, ...rest }) => ({ ...rest, region: region.map((each) => (each === classIndex ? each : NOBODYS)) });

export class Touched {
  #wash = new WashPainter();
  #border = new Strokes();
  /** @type {Touch | null} */
  #touch = null;
  #isLaid = false;

  build(gl) {
    this.#wash.build(gl);
    this.#border.build(gl);
    this.#isLaid = false;
  }

  /** @param {Touch | null} touch */
  set(touch) {
    this.#touch = touch;
    this.#isLaid = false;
  }

  /** @param {import("./strokes.mjs").Camera} camera */
  draw(camera) {
    const touch = this.#touch;
    if (touch === null) return;
    if (!this.#isLaid) this.#lay(touch);
    this.#wash.draw(touch, WASH, camera);
    this.#border.draw(BORDER.px, camera);
  }

  #lay(touch) {
    const alone = aloneOf(touch);
    this.#wash.set(touch.gridSide, washOf(alone, () => touch.color));
    const segments = bordersOf(alone).get(touch.classIndex) ?? new Float32Array(0);
    this.#border.set([{ segments, color: [...touch.color, BORDER.alpha] }]);
    this.#isLaid = true;
  }
}
