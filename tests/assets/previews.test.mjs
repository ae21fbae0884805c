import assert from "node:assert/strict";
import { test } from "node:test";

import { fit } from "../../assets/previews.mjs";

test("fit: the map fills the box's shorter side, centred, y upwards", () => {
  const placed = fit(Float32Array.of(-1, -1, 1, 1), 2, 200, 100, 10);
  assert.deepEqual([...placed], [60, 90, 140, 10]);
});

test("fit: the first two axes of a map in three", () => {
  const placed = fit(Float32Array.of(-1, -1, 9, 1, 1, -9), 3, 100, 100, 10);
  assert.deepEqual([...placed], [10, 90, 90, 10]);
});

test("fit: points in one place sit in the middle", () => {
  assert.deepEqual([...fit(Float32Array.of(3, 3, 3, 3), 2, 100, 60)], [50, 30, 50, 30]);
});
