import assert from "node:assert/strict";
import { test } from "node:test";

import { speakersOf } from "../../../assets/parts/look.mjs";
import { mapRadius, movedMost, placesIn, trailsOf } from "../../../assets/teaching/moved.mjs";

const SQUARE = Float32Array.of(1, 1, -1, 1, -1, -1, 1, -1);

test("mapRadius: RMS distance from the middle, wherever that is", () => {
  assert.ok(Math.abs(mapRadius(SQUARE, 2) - Math.SQRT2) < 1e-9);
  assert.ok(Math.abs(mapRadius(SQUARE.map((value) => value + 10), 2) - Math.SQRT2) < 1e-6);
});

test("movedMost: the furthest first, in radii of the map before; who stayed is left out", () => {
  const after = SQUARE.slice();
  after[0] += 1;
  after[4] -= 2;
  const { ids, distances } = movedMost(SQUARE, after, 2);
  assert.deepEqual([...ids], [2, 0]);
  assert.ok(Math.abs(distances[0] - Math.SQRT2) < 1e-6);
  assert.ok(Math.abs(distances[1] - Math.SQRT1_2) < 1e-6);
  assert.deepEqual([...movedMost(SQUARE, after, 2, 1).ids], [2]);
});

test("movedMost: of many the first of a sort, of equals the lower number first", () => {
  const before = new Float32Array(2000);
  const after = before.map((_, i) => (i % 2 ? 0 : Math.round(20 * Math.abs(Math.sin(i * 12.9898)))));
  const all = [...Array(1000).keys()].filter((id) => after[2 * id] > 0).sort((a, b) => after[2 * b] - after[2 * a] || a - b);
  for (const most of [0, 1, 50, 1000]) assert.deepEqual([...movedMost(before, after, 2, most).ids], all.slice(0, most));
});

test("movedMost: three axes, and a map of one place", () => {
  const { ids, distances } = movedMost(new Float32Array(6), Float32Array.of(0, 0, 0, 0, 0, 3), 3);
  assert.deepEqual([[...ids], [...distances]], [[1], [3]]);
});

test("movedMost: refuses embeddings of other samples", () => {
  assert.throws(() => movedMost(SQUARE, new Float32Array(4), 2), /same samples/);
});

test("trailsOf: one place a picture, a rest told once; of none nothing", () => {
  const one = [{ classIndex: 2, ids: [1] }];
  const pictures = [0, 0, 1, 3].map((x) => placesIn(Float32Array.of(9, 9, x, 0), one, 2));
  assert.deepEqual(trailsOf(one, pictures).map(({ classIndex, path }) => [classIndex, [...path]]), [[2, [0, 0, 1, 0, 3, 0]]]);
  assert.deepEqual([...trailsOf(one, [])[0].path], []);
  assert.deepEqual(placesIn(Float32Array.of(9, 9, 9, 1, 2, 3), one, 3), [[1, 2, 3]]);
});

test("trailsOf: of a class the way of its median", () => {
  const classes = speakersOf(Int16Array.of(0, 0, 0, 4, 4, 4, -1));
  const picture = (shift) => placesIn(Float32Array.from([0, 1, 2, 10, 11, 12, 99].flatMap((x) => [x + shift, 0])), classes, 2);
  const trails = trailsOf(classes, [picture(0), picture(5)]);
  assert.deepEqual(trails.map(({ classIndex, path }) => [classIndex, [...path]]), [[0, [1, 0, 6, 0]], [4, [11, 0, 16, 0]]]);
});
