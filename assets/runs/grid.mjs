// Which settings a batch of variants tries: the values of one knob, or of two crossed. Pure.

import { lossOf } from "../parts/runstates.mjs";

/** @import {Config, Knob} from "../records" */

/** Variants in a batch, as store/runs/variants.py bounds them. */
export const MOST = 12;
const FACTORS = { log: [0.25, 1, 4], linear: [0.5, 1, 2, 4] };

/** Values worth trying first, around where the knob usually stands. */
export function valuesToTry({ low, high, default: usual, scale, is_integer: isWhole }) {
  if (isWhole && high - low < 5) return Array.from({ length: high - low + 1 }, (_, nth) => low + nth);
  const around = usual === 0 ? [low, high / 4, high / 2, high] : FACTORS[scale].map((factor) => usual * factor);
  const bounded = around.map((value) => Math.min(high, Math.max(low, value))).map((value) => Number((isWhole ? Math.round(value) : value).toPrecision(3)));
  return [...new Set(bounded)];
}

/** The numbers of a list as people type one: "1, 2; 4". NaN for what is none. */
export const numbersOf = (text) => text.split(/[,;\s]+/).filter(Boolean).map(Number);

/** One sentence when the values of a knob will not do, else "". */
export function valuesProblem(knob, values) {
  if (!values.length) return `Type at least one value of ${knob.label}.`;
  const bad = values.find((value) => !Number.isFinite(value) || value < knob.low || value > knob.high || (knob.is_integer && !Number.isInteger(value)));
  if (bad !== undefined) return `${knob.label} takes ${knob.is_integer ? "whole " : ""}numbers from ${knob.low} to ${knob.high}, with commas in between.`;
  return new Set(values).size < values.length ? `${knob.label} has the same value twice.` : "";
}

/**
 * The settings of each variant.
 * @param {{name: string, values: number[]}[]} axes one or two knobs
 * @param {Config} rest what all have in common
 */
export function crossed(axes, rest = {}) {
  return axes.reduce((configs, { name, values }) => configs.flatMap((config) => values.map((value) => ({ ...config, [name]: value }))), [rest]);
}

/** One sentence when the whole will not do, else "". @param {{knob: Knob, values: number[]}[]} axes */
export function gridProblem(axes) {
  if (axes.length === 2 && axes[0].knob.name === axes[1].knob.name) return "Choose two different settings.";
  const first = axes.map(({ knob, values }) => valuesProblem(knob, values)).find(Boolean);
  if (first) return first;
  const number = axes.reduce((product, { values }) => product * values.length, 1);
  return number > MOST ? `${axes.map(({ values }) => values.length).join(" × ")} are ${number} variants; ${MOST} is the limit. Take some values away.` : "";
}

/** What tells a variant from the others of its batch: "Pull 1, Hold 4". */
export function titleOf(config, configs, knobs) {
  const differing = knobs.filter(({ name }) => new Set(configs.map((each) => each[name])).size > 1);
  return differing.map(({ name, label }) => `${label} ${lossOf(config[name])}`).join(", ") || "usual settings";
}

/**
 * How the points spread along one axis, by class.
 * @param {Float32Array} placed pixels, interleaved
 * @param {0 | 1} axis
 * @param {Int16Array} classOf
 * @param {number} length pixels of the axis
 * @param {number} numBins
 * @returns {Map<number, number>[]} counts by class of each bin
 */
export function binsOf(placed, axis, classOf, length, numBins) {
  const bins = Array.from({ length: numBins }, () => new Map());
  for (let id = 0; id < classOf.length; id += 1) {
    const bin = bins[Math.min(numBins - 1, Math.max(0, Math.floor((placed[2 * id + axis] / length) * numBins)))];
    bin.set(classOf[id], (bin.get(classOf[id]) ?? 0) + 1);
  }
  return bins;
}
