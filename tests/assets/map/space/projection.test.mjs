import assert from "node:assert/strict";
import { test } from "node:test";

import { turnOf } from "../../../../assets/map/space/pose.mjs";
import { SpaceProjection } from "../../../../assets/map/space/projection.mjs";

const SCREEN = { width: 800, height: 600, originX: 400, originY: 300, plotHeight: 600 };
const projectionOf = (angles, more = {}) =>
  new SpaceProjection({ turn: turnOf(angles), target: [1, 2, 3], span: 4, perspective: 1, ...more }, SCREEN, { radius: 2, sight: 7 });
const PROJECTION = projectionOf({ yaw: 0.7, pitch: 0.4 });
const PLACES = [[1, 2, 3], [0.4, 2.7, 3.6], [2, 1, 2.2], [-1.5, 2, 4.5]];
const near = (a, b, within) => Array.from(a).forEach((value, i) => assert.ok(Math.abs(value - b[i]) < within, `${a} is not ${b}`));

test("toPixel: the target is in the middle, the span is the window's height at its depth", () => {
  near(PROJECTION.toPixel([1, 2, 3]), [400, 300], 1e-9);
  near(projectionOf({ yaw: 0, pitch: 0 }).toPixel([1, 4, 3]), [400, 0], 1e-9);
});

test("toPixel: what is nearer is larger, unless the projection is parallel", () => {
  const width = (projection, z) => projection.toPixel([2, 2, z])[0] - 400;
  const [eye, parallel] = [projectionOf({ yaw: 0, pitch: 0 }), projectionOf({ yaw: 0, pitch: 0 }, { perspective: 0 })];
  assert.ok(width(eye, 4) > width(eye, 3) && width(eye, 3) > width(eye, 2));
  assert.equal(width(parallel, 4), width(parallel, 2));
});

test("toPixel: nothing behind the eye", () => {
  assert.ok(projectionOf({ yaw: 0, pitch: 0 }).toPixel([1, 2, 30]).every(Number.isNaN));
});

test("toData: takes toPixel back at the depth of the place, in perspective and parallel", () => {
  for (const projection of [PROJECTION, projectionOf({ yaw: -2, pitch: 1.1 }, { perspective: 0 })])
    for (const place of PLACES) near(projection.toData(...projection.toPixel(place), projection.depth(place)), place, 1e-9);
});

test("toData: moves in the plane through the place that is parallel to the screen", () => {
  const [place] = PLACES.slice(1);
  const [x, y] = PROJECTION.toPixel(place);
  const moved = PROJECTION.toData(x + 50, y - 20, PROJECTION.depth(place));
  assert.ok(Math.abs(PROJECTION.depth(moved) - PROJECTION.depth(place)) < 1e-9);
  near(PROJECTION.toPixel(moved), [x + 50, y - 20], 1e-9);
});

test("matrix: sends a place less the centre to the pixel toPixel says", () => {
  for (const projection of [PROJECTION, projectionOf({ yaw: 2, pitch: -0.8 }, { perspective: 0.4 })]) {
    const m = projection.matrix(new Float32Array(16));
    for (const place of PLACES) {
      const [x, y, , w] = [0, 1, 2, 3].map((row) => m[12 + row] + [0, 1, 2].reduce((sum, axis) => sum + m[4 * axis + row] * (place[axis] - projection.center[axis]), 0));
      near([((x / w + 1) / 2) * 800, ((1 - y / w) / 2) * 600], projection.toPixel(place), 0.05);
    }
  }
});

test("projectAll: pixel and depth of each place, half-way ones too", () => {
  const [from, to] = [Float32Array.from(PLACES.flat()), Float32Array.from(PLACES.flat(), (value) => value + 0.5)];
  for (const t of [1, 0.25]) {
    const all = PROJECTION.projectAll(from, to, t, new Float32Array(12));
    PLACES.forEach((place, id) => {
      const now = place.map((value) => value + 0.5 * t);
      near(all.subarray(3 * id, 3 * id + 3), [...PROJECTION.toPixel(now), PROJECTION.depth(now)], 1e-2);
    });
  }
});

test("depthRow: half at the target, 0 and 1 a radius before and behind", () => {
  const { depthRow, back, center } = PROJECTION;
  const at = (k) => back.reduce((sum, value, axis) => sum + depthRow[axis] * (center[axis] + k * value - center[axis]), depthRow[3]);
  near([at(2), at(0), at(-2)], [0, 0.5, 1], 1e-9);
});

test("outline: a region is there only in the view it was drawn in", () => {
  const path = [[0, 0], [9, 0], [9, 9]];
  assert.equal(PROJECTION.outline({ path, sight: 7 }), path);
  assert.deepEqual(PROJECTION.outline({ path, sight: 6 }), []);
});
