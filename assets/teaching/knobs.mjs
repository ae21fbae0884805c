// The knobs: a slider and a number field that agree, bounded as ml/knobs.py says.

import { mountForecast } from "./collapse.mjs";
import { mountStyles } from "./styles.mjs";

/** @import {Config} from "../records" */

const STEPS = 1000;
/** Numbers beyond it are described rather than printed, as in ml/knobs.py. */
const LARGEST_SHOWN = 1e15;

/** Read a knob's bounds from the data attributes components/knobs.py wrote. */
export function knobOf(data) {
  return {
    name: data.knob,
    label: data.label,
    low: Number(data.low),
    high: Number(data.high),
    default: Number(data.default),
    isLog: data.scale === "log",
    isInteger: data.integer === "true",
    caution: data.caution === "" ? null : Number(data.caution),
  };
}

/** Return one sentence when a knob may not have this text, else "" (as Knob.problem in ml/knobs.py). */
export function problemOf(knob, text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    return `${knob.label} must be a number from ${short(knob.low)} to ${short(knob.high)}.`;
  }
  if (value < knob.low || value > knob.high) {
    return `${knob.label} is ${asTyped(value)}; choose ${short(knob.low)} to ${short(knob.high)}.`;
  }
  if (knob.isInteger && !Number.isInteger(value)) return `${knob.label} is ${asTyped(value)}; choose a whole number.`;
  return "";
}

/** A number that is refused is told as it is: rounded, 9999 would be somebody else's 10000. */
const asTyped = (value) => (Math.abs(value) < LARGEST_SHOWN ? String(value) : "too far out");

/** Write a number with all its digits: 0.001234, 1234, 1e-5. */
const exact = (value) => (value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value));

/** The same with at most three digits that matter: 0.00316, 12, 1e-5. */
export const short = (value) => exact(Number(value.toPrecision(3)));

/** Return where a value sits on the slider, 0 to 1. */
export function shareOf(knob, value) {
  if (knob.isLog) return Math.log(value / knob.low) / Math.log(knob.high / knob.low);
  // A range that spans hundreds is spread by its square root, so that small values can be hit.
  if (isWide(knob)) return Math.sqrt((value - knob.low) / (knob.high - knob.low));
  return (value - knob.low) / (knob.high - knob.low);
}

/** Return the value at a place of the slider, rounded to three digits. */
export function valueAt(knob, share) {
  const linear = isWide(knob) ? share ** 2 : share;
  const value = knob.isLog ? knob.low * (knob.high / knob.low) ** share : knob.low + linear * (knob.high - knob.low);
  const rounded = Number(value.toPrecision(3));
  const bounded = Math.min(knob.high, Math.max(knob.low, rounded));
  return knob.isInteger ? Math.round(bounded) : bounded;
}

const isWide = (knob) => knob.high - knob.low >= 100;

/** Whether a slider takes this key for itself. */
export const movesSlider = (key) => key.startsWith("Arrow") || ["Home", "End", "PageUp", "PageDown"].includes(key);

/**
 * Bind the panel: a group of knobs for each preset, of which one is shown.
 * @returns {{choose: (id: string) => void, read: () => ?Config, problem: () => string, write: (values: Config) => void}}
 *   `choose` shows the knobs of a preset; `read` gives each of them by name, or null after it has
 *   moved the focus to the one that is wrong; `problem` says what is, "" when nothing
 */
export function mountKnobs({ root, signal }) {
  const groups = [...root.querySelectorAll(".knob-group")];
  const rowsOf = new Map(groups.map((group) => [group.dataset.preset, mountGroup(group, signal)]));
  let rows = rowsOf.values().next().value ?? [];
  root.querySelector("#knobs-defaults").addEventListener("click", () => rows.forEach((row) => row.write(row.knob.default)), { signal });

  function choose(preset) {
    rows = rowsOf.get(preset) ?? [];
    for (const group of groups) group.hidden = group.dataset.preset !== preset;
    root.querySelector("#preset").textContent = preset;
  }

  function read() {
    const wrong = rows.find((row) => row.problem() !== "");
    if (wrong) {
      wrong.focus();
      return null;
    }
    return Object.fromEntries(rows.map((row) => [row.knob.name, row.value()]));
  }

  const problem = () => rows.map((row) => row.problem()).find((sentence) => sentence !== "") ?? "";

  function write(config) {
    for (const row of rows) if (Number.isFinite(config[row.knob.name])) row.write(config[row.knob.name]);
  }

  return { choose, read, problem, write };
}

function mountGroup(group, signal) {
  const listeners = [];
  const rows = [...group.querySelectorAll("[data-knob]")].map((row) => mountKnob(row, () => listeners.forEach((listen) => listen()), signal));
  const forecast = group.querySelector(".forecast");
  const styles = group.querySelector(".styles");
  if (forecast) listeners.push(mountForecast(forecast, rows));
  if (styles) listeners.push(mountStyles(styles, rows, signal));
  listeners.forEach((listen) => listen());
  return rows;
}

function mountKnob(row, onChange, signal) {
  const knob = knobOf(row.dataset);
  const number = row.querySelector("input[type=text]");
  const slider = row.querySelector("input[type=range]");
  const sentence = row.querySelector(".field-error");
  slider.setAttribute("aria-label", knob.label);

  function dress() {
    const text = problemOf(knob, number.value);
    sentence.textContent = text;
    number.setAttribute("aria-invalid", String(text !== ""));
    if (text !== "") return;
    const value = Number(number.value);
    const share = shareOf(knob, value);
    slider.value = Math.round(share * STEPS);
    slider.style.setProperty("--at", `calc(7px + (100% - 14px) * ${share})`);
    slider.setAttribute("aria-valuetext", short(value));
    warnAbove(knob.caution);
    onChange();
  }

  function warnAbove(caution) {
    knob.caution = caution;
    if (caution !== null) row.style.setProperty("--caution", `${100 * shareOf(knob, caution)}%`);
    row.classList.toggle("risky", caution !== null && Number(number.value) > caution);
  }

  function write(value) {
    number.value = exact(value); // what it was set to: rounded, an Update would learn by another number
    dress();
  }

  slider.addEventListener("input", () => write(valueAt(knob, slider.value / STEPS)), { signal });
  // The page's own keys (arrows step through time) must not take a slider's; all others are the page's.
  slider.addEventListener("keydown", (event) => { if (movesSlider(event.key)) event.stopPropagation(); }, { signal });
  number.addEventListener("input", dress, { signal });
  write(knob.default);
  return {
    knob, write, warnAbove,
    problem: () => problemOf(knob, number.value),
    value: () => Number(number.value),
    focus: () => number.focus(),
  };
}
