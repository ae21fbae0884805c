import assert from "node:assert/strict";
import { test } from "node:test";

import { footOf, reachOf, ringOn } from "../../../assets/map/floor_mark.mjs";
import { aloneOf } from "../../../assets/map/touched.mjs";

test("the foot of a place is right below it on the floor", () => {
  assert.deepEqual(footOf([1, 2, 3], { axis: 1, at: -4 }), [1, -4, 3]);
});

test("a ring lies on the floor, as far from the foot as asked", () => {
  const foot = [1, -4, 3];
  for (const [x, y, z] of ringOn(foot, { axis: 1 }, 0.5)) {
    assert.equal(y, -4);
    assert.ok(Math.abs(Math.hypot(x - 1, z - 3) - 0.5) < 1e-9);
  }
});

test("a foot reaches as far as the dragged, and never over the scene", () => {
  const reach = (num, radius) => Math.round(reachOf({ ids: new Uint32Array(num), radius }, 50) * 50);
  assert.deepEqual([reach(1, 3), reach(5, 0.4), reach(471, 8), reach(471, 0)], [7, 20, 40, 7]);
});

test("the region below a hand is that of one class alone", () => {
  assert.deepEqual([...aloneOf({ region: Int16Array.of(0, 2, -1, 2), classIndex: 2, gridSide: 2 }).region], [-1, 2, -1, 2]);
});
