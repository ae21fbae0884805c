import assert from "node:assert/strict";
import { test } from "node:test";

import { modeOf, regionOf } from "../../../assets/map/hands.mjs";

test("regionOf: nothing in what Plotly sends after a redraw", () => {
  for (const event of [undefined, null, {}, { points: [] }, { points: [], range: {} }]) assert.equal(regionOf(event), null);
});

test("regionOf: a lasso, and one too short to hold anything", () => {
  const region = regionOf({ points: [], lassoPoints: { x: [0, 1, 1], y: [0, 0, 1] } });
  assert.deepEqual(region, { kind: "lasso", path: [[0, 0], [1, 0], [1, 1]] });
  assert.equal(regionOf({ lassoPoints: { x: [0, 1], y: [0, 1] } }), null);
});

test("regionOf: a box by its corners", () => {
  const region = regionOf({ points: [], range: { x: [0, 2], y: [1, 3] } });
  assert.deepEqual(region, { kind: "box", path: [[0, 1], [2, 1], [2, 3], [0, 3]] });
});

test("modeOf: Shift adds, Alt subtracts, at either end of the gesture", () => {
  const keys = (shiftKey, altKey) => ({ shiftKey, altKey });
  assert.equal(modeOf(keys(false, false), keys(false, false)), "replace");
  assert.equal(modeOf(keys(true, false), keys(false, false)), "add");
  assert.equal(modeOf(keys(false, false), keys(false, true)), "subtract");
  assert.equal(modeOf(keys(true, true)), "subtract");
});
