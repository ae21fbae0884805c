// Ways to learn by name above the knobs: one click sets them all, one leads back.

import { mountSegment } from "../parts/segment.mjs";

/** @import {KnobRow} from "../records" */

const CLOSE = 1e-9;

/** Whether two values of a knob are the same but for rounding. */
const isSame = (one, other) => Math.abs(one - other) <= CLOSE * Math.max(1, Math.abs(one));

/**
 * The style whose settings the knobs have, or null.
 * @param {Object<string, Object<string, number>>} styles settings of every knob by a style's name
 * @param {Object<string, number>} values of the knobs, by name
 */
export function styleOf(styles, values) {
  const has = (settings) => Object.entries(settings).every(([name, value]) => isSame(values[name], value));
  return Object.keys(styles).find((name) => has(styles[name])) ?? null;
}

/**
 * Bind the styles of a preset.
 * @param {HTMLElement} place what components/knobs.py wrote: the choice and the way back
 * @param {KnobRow[]} rows of the knobs (assets/teaching/knobs.mjs)
 * @returns {() => void} what to call when a knob was turned
 */
export function mountStyles(place, rows, signal) {
  const styles = JSON.parse(place.dataset.styles);
  const back = place.querySelector(".style-back");
  const read = () => Object.fromEntries(rows.map(({ knob, value }) => [knob.name, value()]));
  const write = (values) => rows.forEach(({ knob, write }) => write(values[knob.name]));
  let before = null;
  let isWriting = false;

  function put(values) {
    isWriting = true;
    write(values);
    isWriting = false;
    settle();
  }

  function settle() {
    if (isWriting) return;
    segment.choose(styleOf(styles, read()));
    back.hidden = before === null;
  }

  const segment = mountSegment(place.querySelector(".seg"), (name) => {
    before ??= rows.some((row) => row.problem() !== "") ? null : read();
    put(styles[name]);
  }, signal);
  back.addEventListener("click", () => {
    const values = before;
    before = null;
    put(values);
    place.querySelector(".seg > [tabindex='0']")?.focus();
  }, { signal });
  settle();
  return settle;
}
