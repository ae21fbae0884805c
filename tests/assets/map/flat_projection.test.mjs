import assert from "node:assert/strict";
import { test } from "node:test";

import { FlatProjection } from "../../../assets/map/flat_projection.mjs";
import { viewOf } from "../../../assets/map/frame_axes.mjs";

const BOX = { left: 0, top: 0, width: 400, height: 200 };
const PROJECTION = new FlatProjection(viewOf({ plot: BOX, canvas: BOX, range: { x: [-2, 2], y: [-1, 1] } }));

test("toPixel and toData: each takes back the other, all equally far", () => {
  assert.deepEqual(PROJECTION.toPixel([1, 0.5]), [300, 50]);
  assert.deepEqual(PROJECTION.toData(300, 50, PROJECTION.depth([1, 0.5])), [1, 0.5]);
});

test("outline: a region in data coordinates goes with the view", () => {
  const region = { kind: "lasso", path: [[0, 0], [1, 0], [1, 1]] };
  assert.deepEqual(PROJECTION.outline(region), [[200, 100], [300, 100], [300, 0]]);
});

test("matrix: sends a place less the centre to where toPixel says", () => {
  const m = PROJECTION.matrix(new Float32Array(16));
  const [x, y] = [0, 1].map((axis) => m[axis] * (1 - PROJECTION.center[0]) + m[4 + axis] * (0.5 - PROJECTION.center[1]) + m[12 + axis]);
  assert.deepEqual([(x + 1) * 200, (1 - y) * 100], [300, 50]);
});
