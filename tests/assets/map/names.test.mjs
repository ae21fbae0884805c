import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, liftOf } from "../../../assets/map/names.mjs";

const nameAt = (x, y) => ({ x, y, width: 40, height: 16 });

test("arrange: names apart are all shown", () => {
  assert.deepEqual(arrange([nameAt(30, 30), nameAt(100, 30), nameAt(30, 60)], 200, 200), [true, true, true]);
});

test("arrange: of two that overlap the more important stays", () => {
  assert.deepEqual(arrange([nameAt(30, 30), nameAt(60, 35)], 200, 200), [true, false]);
});

test("arrange: a hidden name takes no room from the next", () => {
  assert.deepEqual(arrange([nameAt(30, 30), nameAt(60, 30), nameAt(85, 30)], 200, 200), [true, false, true]);
});

test("arrange: names outside the map are hidden", () => {
  assert.deepEqual(arrange([nameAt(-10, 30), nameAt(30, 300)], 200, 200), [false, false]);
});

test("liftOf: above a tight cluster, within a wide one, and nothing jumps in between", () => {
  const at = (zoom) => liftOf(([x, y]) => [zoom * x, -zoom * y], [1, 2], [0.5, 1], 16);
  assert.equal(at(10), 10 + 8 + 3);
  assert.equal(at(100), 0);
  const lifts = Array.from({ length: 400 }, (_, step) => at(1 + step / 4));
  assert.ok(lifts.every((lift, i) => i === 0 || Math.abs(lift - lifts[i - 1]) < 2));
  assert.equal(liftOf(() => null, [1, 2], [1, 1], 16), 0, "behind the eye");
});
