import assert from "node:assert/strict";
import { test } from "node:test";

import { buildLook, countClasses, medians, rampTable, shownClass, speakersOf } from "../../../assets/parts/look.mjs";

const THEME = {
  colors: Array.from({ length: 12 }, (_, i) => [i, i, i]),
  none: [99, 99, 99],
  ramp: [[255, 0, 0], [128, 128, 128], [0, 0, 255]],
};
const classes = (...values) => Int16Array.from(values);
const look = (of) =>
  buildLook({ mode: "class", slotOf: [0, 13, 26], hidden: new Set(), confidence: null, uncertainty: null, heldOut: new Uint8Array(9), annotation: new Int16Array(9).fill(-1), theme: THEME, ...of });
const pixel = ({ color }, id) => [...color.slice(4 * id, 4 * id + 3)];

test("shownClass: named comes before predicted, and each can be asked for alone", () => {
  const of = { annotation: classes(0, -1, -2), prediction: classes(1, 1, 1), label: classes(2, 2, -1) };
  assert.deepEqual([...shownClass("class", of)], [0, 1, -2]);
  assert.deepEqual([...shownClass("annotation", of)], [0, -1, -2]);
  assert.deepEqual([...shownClass("prediction", of)], [1, 1, 1]);
  assert.deepEqual([...shownClass("label", of)], [2, 2, -1]);
  assert.deepEqual([...shownClass("prediction", { ...of, prediction: null })], [-1, -1, -1]);
});

test("classes: past twelve the colours come again with another mark", () => {
  const drawn = look({ classOf: classes(0, 1, 2) });
  assert.deepEqual([pixel(drawn, 0), pixel(drawn, 1), pixel(drawn, 2)], [[0, 0, 0], [1, 1, 1], [2, 2, 2]]);
  assert.deepEqual([...drawn.mark], [0, 1, 2]);
});

test("marks: held-out ringed, unsure hatched, no class faint, switched off hidden", () => {
  const drawn = look({ classOf: classes(0, -1, -2, 1), heldOut: Uint8Array.of(1, 0, 0, 0), annotation: classes(0, -1, -2, 1), hidden: new Set([1]) });
  assert.deepEqual([...drawn.mark], [4 | 64, 32, 32 | 8, 1 | 16 | 64]);
  assert.deepEqual(pixel(drawn, 1), THEME.none);
});

test("what people named is told from what is predicted, where names are shown", () => {
  const of = { classOf: classes(0, 0), annotation: classes(0, -1), heldOut: new Uint8Array(2) };
  const drawn = look(of);
  assert.deepEqual([...drawn.mark], [64, 0]);
  assert.ok(drawn.color[3] > drawn.color[7], "a guess is paler");
  assert.deepEqual([...look({ ...of, mode: "prediction" }).mark], [0, 0]);
});

test("thirty-six classes stay apart by colour and mark", () => {
  const classOf = Int16Array.from({ length: 36 }, (_, i) => i);
  const drawn = look({ classOf, slotOf: [...classOf], heldOut: new Uint8Array(36), annotation: new Int16Array(36).fill(-1) });
  const looks = new Set([...classOf].map((id) => `${pixel(drawn, id)}/${drawn.mark[id]}`));
  assert.equal(looks.size, 36);
});

test("scales: doubt and sure have opposite ends, nothing predicted is faint", () => {
  const of = { classOf: classes(0, 0), confidence: Uint8Array.of(0, 255), uncertainty: Uint8Array.of(0, 255) };
  const sure = look({ ...of, mode: "confidence" });
  assert.deepEqual([pixel(sure, 0), pixel(sure, 1)], [THEME.ramp[0], THEME.ramp[2]]);
  const doubt = look({ ...of, mode: "uncertainty" });
  assert.deepEqual([pixel(doubt, 0), pixel(doubt, 1)], [THEME.ramp[2], THEME.ramp[0]]);
  assert.equal(look({ classOf: classes(0), mode: "confidence" }).mark[0], 32);
});

test("rampTable: 256 steps through the middle", () => {
  const table = rampTable(THEME.ramp);
  assert.deepEqual([...table.slice(127 * 3, 127 * 3 + 3)].map((v) => Math.round(v / 4)), [32, 32, 32]);
});

test("countClasses and medians: counts of all, names where enough points are", () => {
  const classOf = classes(0, 0, 0, 1, -1);
  assert.deepEqual([...countClasses(classOf)], [[0, 3], [1, 1], [-1, 1]]);
  const embedding = Float32Array.of(0, 0, 1, 5, 9, 6, 3, 3, 4, 4);
  assert.deepEqual(medians(speakersOf(classOf), embedding, 2), [{ classIndex: 0, x: 1, y: 5, reach: [8, 5] }]);
  const inSpace = Float32Array.of(0, 0, 7, 1, 5, 8, 9, 6, 9, 3, 3, 3, 4, 4, 4);
  assert.deepEqual(medians(speakersOf(classOf), inSpace, 3), [{ classIndex: 0, x: 1, y: 5, z: 8, reach: [8, 5, 1] }]);
});

test("speakersOf: what people named tells where the name belongs, where it is enough", () => {
  const classOf = classes(0, 0, 0, 0, 0, 1, 1, 1);
  const named = classes(0, 0, 0, -1, 1, 1, -1, -1);
  assert.deepEqual(speakersOf(classOf, named).map(({ ids }) => [...ids]), [[0, 1, 2], [5, 6, 7]]);
  assert.deepEqual(speakersOf(classOf).map(({ ids }) => ids.length), [5, 3]);
  const predictedOtherwise = classes(1, 1, 1, -1, -1, 0, 0, 0);
  assert.deepEqual(speakersOf(classOf, predictedOtherwise).map(({ ids }) => ids.length), [5, 3]);
});

test("speakersOf: never more than 400, from the first to the last of a class", () => {
  const [{ ids }] = speakersOf(new Int16Array(100_001));
  assert.ok(ids.length <= 400 && ids.length > 300);
  assert.deepEqual([ids[0], ids.at(-1) > 99_000], [0, true]);
});
