// Which colour and mark each point wears. Pure: arrays in, arrays out.

import { FAINT, HATCHED, HIDDEN, NAMED, RING } from "../map/marks.mjs";
import { NO_CLASS, UNSURE } from "./classes.mjs";
import { NUM_COLORS } from "./theme.mjs";

const MOST_SPEAKERS = 400;
const ALPHA = { named: 255, point: 224, faint: 115 };

/** What a point's colour can stand for, in the order of the menu; the words are the interface's. */
export const COLOR_MODES = ["class", "annotation", "prediction", "label", "confidence", "uncertainty", "trust"];

/** Whether a mode colours by class; the others are a scale from doubt to sure. */
export const isByClass = (mode) => !["confidence", "uncertainty", "trust"].includes(mode);

/**
 * Return the class each point is shown as, one int16 a sample.
 * @param {string} mode one of COLOR_MODES; the scales show named, else predicted
 * @param {{annotation: Int16Array, prediction: ?Int16Array, label: Int16Array}} of
 */
export function shownClass(mode, { annotation, prediction, label }) {
  if (mode === "annotation") return annotation;
  if (mode === "label") return label;
  const guess = prediction ?? new Int16Array(annotation.length).fill(NO_CLASS);
  if (mode === "prediction") return guess;
  return annotation.map((value, id) => (value === NO_CLASS ? guess[id] : value));
}

/** Count the samples of each class, and of none and unsure. */
export function countClasses(classOf) {
  const counts = new Map();
  for (const value of classOf) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Mix three stops along [0, 1]: doubt, middle, sure. @param {number[][]} stops */
export function rampTable([low, middle, high]) {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i += 1) {
    const t = i / 127.5;
    const [from, to, part] = t < 1 ? [low, middle, t] : [middle, high, t - 1];
    for (let c = 0; c < 3; c += 1) table[i * 3 + c] = Math.round(from[c] + (to[c] - from[c]) * part);
  }
  return table;
}

/**
 * Decide colour and mark of every point.
 * @param {object} of
 * @param {string} of.mode one of COLOR_MODES
 * @param {Int16Array} of.classOf what `shownClass` returned
 * @param {number[]} of.slotOf colour slot by class_index, 0 to 35
 * @param {Set<number>} of.hidden class indices switched off in the legend
 * @param {?Uint8Array} of.confidence 0 to 255 a sample, or null before any prediction
 * @param {?Uint8Array} of.uncertainty the same
 * @param {?Uint8Array} [of.trust] how far each place can be believed, null before it is known
 * @param {Uint8Array} of.heldOut 1 for samples never trained on
 * @param {Int16Array} of.annotation unsure ones are hatched in every mode; named ones are marked where a mode shows names
 * @param {ReturnType<typeof import("./theme.mjs").readTheme>} of.theme
 * @returns {{color: Uint8Array, mark: Uint8Array}}
 */
export function buildLook(of) {
  const numSamples = of.classOf.length;
  const color = new Uint8Array(4 * numSamples);
  const mark = new Uint8Array(numSamples);
  const paint = isByClass(of.mode) ? classPainter(of) : scalePainter(of);
  for (let id = 0; id < numSamples; id += 1) {
    const isUnsure = of.annotation[id] === UNSURE;
    mark[id] = paint(id, color) | (of.heldOut[id] ? RING : 0) | (isUnsure ? HATCHED : 0);
    if (of.hidden.has(of.classOf[id])) mark[id] |= HIDDEN;
  }
  return { color, mark };
}

/** @param {Uint8Array} color @param {number} id @param {number[]} rgb @param {number} alpha */
function put(color, id, [red, green, blue], alpha) {
  color[4 * id] = red;
  color[4 * id + 1] = green;
  color[4 * id + 2] = blue;
  color[4 * id + 3] = alpha;
}

/** Modes that show what people said: there it is told from what the network guessed. */
const TELLS_NAMED = new Set(["class", "annotation"]);

/** @param {Parameters<typeof buildLook>[0]} of */
function classPainter({ mode, classOf, slotOf, theme, annotation }) {
  const tells = TELLS_NAMED.has(mode);
  return (id, color) => {
    const classIndex = classOf[id];
    if (classIndex < 0) {
      put(color, id, theme.none, ALPHA.faint);
      return FAINT;
    }
    const slot = slotOf[classIndex] ?? classIndex;
    const isNamed = tells && annotation[id] >= 0;
    put(color, id, theme.colors[slot % NUM_COLORS], isNamed ? ALPHA.named : ALPHA.point);
    return (Math.floor(slot / NUM_COLORS) % 3) | (isNamed ? NAMED : 0);
  };
}

/** @param {Parameters<typeof buildLook>[0]} of */
function scalePainter({ mode, confidence, uncertainty, trust, theme, classOf, slotOf }) {
  const values = { confidence, uncertainty, trust }[mode];
  const ramp = rampTable(mode === "uncertainty" ? [...theme.ramp].reverse() : theme.ramp);
  return (id, color) => {
    if (!values) {
      put(color, id, theme.none, ALPHA.faint);
      return FAINT;
    }
    const at = values[id] * 3;
    put(color, id, [ramp[at], ramp[at + 1], ramp[at + 2]], ALPHA.point);
    const slot = slotOf[classOf[id]] ?? 0;
    return Math.floor(slot / NUM_COLORS) % 3;
  };
}

/**
 * Choose the points whose median says where the name of a class belongs, for each class that has enough.
 * Where people named enough of a class, those points alone: a class that is believed all over the map would put its
 * name between clusters. At most 400 a class: a median does not need more. They stay the same while the points move.
 * @param {Int16Array} classOf
 * @param {?Int16Array} named what people said of each sample, null where that is not what `classOf` tells of
 * @returns {{classIndex: number, ids: Uint32Array}[]}
 */
export function speakersOf(classOf, named = null, leastPoints = 3) {
  const groups = new Map();
  const speaks = named ? namedFirst(classOf, named, leastPoints) : classOf;
  for (const [classIndex, count] of countClasses(speaks)) {
    if (classIndex < 0 || count < leastPoints) continue;
    const stride = Math.ceil(count / MOST_SPEAKERS);
    groups.set(classIndex, { ids: new Uint32Array(Math.ceil(count / stride)), stride, seen: 0 });
  }
  for (let id = 0; id < speaks.length; id += 1) {
    const group = groups.get(speaks[id]);
    if (!group) continue;
    if (group.seen % group.stride === 0) group.ids[group.seen / group.stride] = id;
    group.seen += 1;
  }
  return [...groups].map(([classIndex, { ids }]) => ({ classIndex, ids }));
}

function namedFirst(classOf, named, leastPoints) {
  const counts = countClasses(classOf.filter((value, id) => named[id] === value));
  const isNamedEnough = (classIndex) => (counts.get(classIndex) ?? 0) >= leastPoints;
  return classOf.map((value, id) => (isNamedEnough(value) && named[id] !== value ? NO_CLASS : value));
}

/**
 * Place a name at the median of the points that speak for its class.
 * @param {{classIndex: number, ids: ArrayLike<number>}[]} groups what `speakersOf` returned
 * @param {Float32Array} embedding interleaved by sample
 * @returns {{classIndex: number, x: number, y: number, z?: number, reach: number[]}[]} z on a map of three axes; reach:
 *   how far along each axis four fifths of them are from there, at most
 */
export function medians(groups, embedding, latentDim) {
  return groups.map(({ classIndex, ids }) => {
    const axes = ["x", "y", "z"].slice(0, latentDim).map((_, axis) => middleOf(ids, embedding, latentDim, axis));
    const [x, y, z] = axes.map(({ at }) => at);
    return { classIndex, x, y, ...(latentDim === 3 ? { z } : {}), reach: axes.map(({ reach }) => reach) };
  });
}

function middleOf(ids, embedding, latentDim, axis) {
  const values = Float64Array.from(ids, (id) => embedding[id * latentDim + axis]).sort();
  const tail = Math.floor(0.1 * values.length);
  const at = values[values.length >> 1];
  return { at, reach: Math.max(at - values[tail], values[values.length - 1 - tail] - at) };
}
