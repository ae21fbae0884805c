import assert from "node:assert/strict";
import { test } from "node:test";

import { bulkOf } from "../../../assets/map/bulk.mjs";
import { outsideWords } from "../../../assets/mappage/toolbar.mjs";

/** A normal cloud about 0, by the central limit of twelve even numbers; seeded. */
function cloud(numSamples, stride) {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  return Float32Array.from({ length: stride * numSamples }, normal);
}

test("bulkOf: an ordinary cloud is framed whole", () => {
  for (const stride of [2, 3]) {
    const positions = cloud(20_000, stride);
    const { low, high, numOutside } = bulkOf(positions, stride);
    assert.equal(numOutside, 0);
    assert.equal(low[0], positions.filter((_, i) => i % stride === 0).reduce((a, b) => Math.min(a, b)));
    assert.equal(high.length, stride);
  }
});

test("bulkOf: a few far away are left out and counted, near stragglers are not", () => {
  const positions = cloud(5000, 2);
  positions.set([400, 0], 0);
  positions.set([0, -300], 20);
  positions.set([4.5, 0], 40);
  const { high, low, numOutside } = bulkOf(positions, 2);
  assert.equal(numOutside, 2);
  assert.ok(high[0] === 4.5 && low[1] > -5);
});

test("bulkOf: one of thirty can be too far, one of five is what there is", () => {
  assert.equal(bulkOf(Float32Array.from({ length: 60 }, (_, i) => (i < 2 ? 900 : i % 7)), 2).numOutside, 1);
  assert.deepEqual(bulkOf(Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 900, 4), 2), { low: [0, 0], high: [900, 4], numOutside: 0 });
});

test("bulkOf: places that are not numbers count for nothing; without any there is none", () => {
  const positions = cloud(100, 2);
  positions.set([NaN, 5000], 0);
  assert.equal(bulkOf(positions, 2).numOutside, 0);
  assert.equal(bulkOf(Float32Array.of(NaN, 0), 2), null);
  assert.equal(bulkOf(new Float32Array(0), 2), null);
});

test("bulkOf: where nearly all points lie on one place, nothing is left out", () => {
  const positions = new Float32Array(200);
  positions.set([3, 4], 0);
  assert.deepEqual(bulkOf(positions, 2), { low: [0, 0], high: [3, 4], numOutside: 0 });
});

test("bulkOf: in whatever order the points come", () => {
  const values = [...Array.from({ length: 900 }, (_, k) => (k % 2 ? 1 : -1) * k), 5000, -7000];
  const bulk = (along) => bulkOf(Float32Array.from(along.flatMap((value) => [value, -value])), 2);
  const ascending = values.toSorted((a, b) => a - b);
  assert.deepEqual(bulk(values), bulk(ascending));
  assert.deepEqual(bulk(values), bulk(ascending.toReversed()));
  assert.equal(bulk(values).numOutside, 2);
});

test("outsideWords", () => {
  assert.deepEqual([outsideWords(0), outsideWords(1), outsideWords(1200)], ["", "1 point outside the view", "1,200 points outside the view"]);
});
