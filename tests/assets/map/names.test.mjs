import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange } from "../../../assets/map/names.mjs";

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
