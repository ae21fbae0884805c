import assert from "node:assert/strict";
import { test } from "node:test";

import { grow, within } from "../../../assets/map/outlining.mjs";

test("grow: a corner only where the hand has gone some way", () => {
  const path = [];
  for (const at of [[0, 0], [1, 0], [1, 1], [2, 2], [3, 3]]) grow(path, at);
  assert.deepEqual(path, [[0, 0], [2, 2]]);
});

test("within: a hand that leaves the map draws along its edge", () => {
  const size = { width: 100, height: 50 };
  assert.deepEqual(within([30, 20], size), [30, 20]);
  assert.deepEqual([within([-5, 20], size), within([130, 60], size)], [[0, 20], [100, 50]]);
});
