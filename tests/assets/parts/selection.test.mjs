import assert from "node:assert/strict";
import { test } from "node:test";

import { centreOf, combine, EMPTY, idsWhere, isOutlineTrue, maskOf, ofClass, orderIds, tally, without } from "../../../assets/parts/selection.mjs";

const ids = (...values) => Uint32Array.from(values);

test("combine: replace, add and subtract give ascending, unique ids", () => {
  const selection = { ...EMPTY, ids: ids(2, 5) };
  assert.deepEqual(combine(selection, ids(9, 1, 9), "replace"), ids(1, 9));
  assert.deepEqual(combine(selection, ids(10, 5), "add"), ids(2, 5, 10));
  assert.deepEqual(combine(selection, ids(5, 7), "subtract"), ids(2));
});

test("idsWhere: what passes, ascending", () => {
  assert.deepEqual(idsWhere(6, (id) => id % 2 === 1), ids(1, 3, 5));
  assert.deepEqual(idsWhere(0, () => true), ids());
});

test("maskOf: one byte a sample", () => {
  assert.deepEqual([...maskOf(ids(0, 2), 4)], [1, 0, 1, 0]);
});

test("without: the sample is gone, and so is the outline that held it", () => {
  const left = without({ ids: ids(1, 2), region: { kind: "lasso" }, snapshot: null }, 1);
  assert.deepEqual(left.ids, ids(2));
  assert.equal(left.region, null);
});

test("ofClass: every point of a class but those switched off", () => {
  assert.deepEqual(ofClass(Int16Array.of(1, 0, 1, 1), 1, (id) => id === 2), ids(0, 3));
});

test("orderIds: by confidence and by distance from the selection's centre", () => {
  const shown = { confidence: Uint8Array.of(9, 1, 5), embedding: Float32Array.of(0, 0, 1, 0, 5, 0), latentDim: 2 };
  assert.deepEqual(orderIds(ids(0, 1, 2), "least_sure", shown), ids(1, 2, 0));
  assert.deepEqual(orderIds(ids(0, 1, 2), "most_sure", shown), ids(0, 2, 1));
  assert.deepEqual([...centreOf(ids(0, 1, 2), shown.embedding, 2)], [2, 0]);
  assert.deepEqual(orderIds(ids(0, 1, 2), "nearest", shown), ids(1, 0, 2));
  assert.deepEqual(orderIds(ids(0, 1, 2), "farthest", shown), ids(2, 0, 1));
});

test("orderIds: of many the order a sort by value and number gives, equal ones and a map of three axes too", () => {
  const random = (i) => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);
  const some = idsWhere(2000, (id) => random(id) < 0.7);
  const confidence = Uint8Array.from({ length: 2000 }, (_, id) => 256 * random(id + 5));
  for (const latentDim of [2, 3]) {
    const embedding = Float32Array.from({ length: 2000 * latentDim }, (_, i) => Math.round(8 * random(i)) - 4);
    const centre = centreOf(some, embedding, latentDim);
    const squared = (id) => Math.fround(centre.reduce((sum, c, axis) => Math.fround(sum + (embedding[id * latentDim + axis] - c) ** 2), 0));
    const by = (value, sign) => Uint32Array.from([...some].sort((a, b) => sign * (value(a) - value(b)) || a - b));
    const ordered = (order) => orderIds(some, order, { confidence, embedding, latentDim });
    assert.deepEqual(ordered("least_sure"), by((id) => confidence[id], 1));
    assert.deepEqual(ordered("most_sure"), by((id) => confidence[id], -1));
    assert.deepEqual(ordered("nearest"), by(squared, 1));
    assert.deepEqual(ordered("farthest"), by(squared, -1));
  }
});

test("orderIds: before any prediction the numbers keep their order", () => {
  assert.deepEqual(orderIds(ids(3, 4), "least_sure", { confidence: null }), ids(3, 4));
});

test("tally: most frequent first", () => {
  assert.deepEqual(tally(ids(0, 1, 2, 3), Int16Array.of(4, 7, 7, -1)), [[7, 2], [-1, 1], [4, 1]]);
});

test("isOutlineTrue: the outline goes once its points have moved on", () => {
  const selection = { ids: Uint32Array.of(1), region: {}, snapshot: { runId: "r", n: 3 } };
  assert.ok(isOutlineTrue(selection, { runId: "r", n: 3 }));
  assert.ok(!isOutlineTrue(selection, { runId: "r", n: 4 }));
  assert.ok(!isOutlineTrue(selection, { runId: "r", n: 3, part: 0.4 }), "on their way to the next frame");
});
