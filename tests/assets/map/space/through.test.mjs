import assert from "node:assert/strict";
import { test } from "node:test";

import { eachAround } from "../../../../assets/map/hit.mjs";
import { DepthOrder } from "../../../../assets/map/space/depth_order.mjs";
import { frontOf, nearestInFront, pixelGrid } from "../../../../assets/map/space/through.mjs";

const HIDDEN = 16;
const marks = (...values) => Uint8Array.from(values);

test("nearestInFront: of the marks under the pointer the one in front", () => {
  const projected = Float32Array.of(50, 50, 2, 52, 50, -1, 49, 50, 0);
  assert.equal(nearestInFront(projected, marks(0, 0, 0), 50, 50), 1);
  assert.equal(nearestInFront(projected, marks(0, HIDDEN, 0), 50, 50), 2);
});

test("nearestInFront: beside all marks the nearest, out of reach none", () => {
  const projected = Float32Array.of(59, 50, -5, 57, 50, 5, NaN, NaN, 0);
  assert.equal(nearestInFront(projected, marks(0, 0, 0), 50, 50), 1);
  assert.equal(nearestInFront(projected, marks(0, 0, 0), 20, 50), -1);
});

test("nearestInFront: by a grid the same as by a look at every point, those outside the canvas too", () => {
  const numSamples = 3000;
  const random = (i) => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);
  const projected = Float32Array.from({ length: 3 * numSamples }, (_, i) => (i % 97 === 0 ? NaN : Math.round(random(i) * 1000 - 300)));
  const mark = Uint8Array.from({ length: numSamples }, (_, id) => (id % 5 ? 0 : HIDDEN));
  const grid = pixelGrid(projected, { width: 400, height: 300 });
  for (let k = 0; k < 300; k++) {
    const [x, y] = [random(k) * 400, random(k + 1000) * 300];
    assert.equal(nearestInFront(projected, mark, x, y, grid), nearestInFront(projected, mark, x, y));
    let looked = 0;
    eachAround(grid, { x, y, radiusX: 10, radiusY: 10 }, () => looked++);
    assert.ok(looked < 100, `${looked} of 3,000 were looked at`);
  }
});

test("frontOf: the nearest share of the depths, all at 1, none of none", () => {
  const projected = Float32Array.from([0, 1, 2, 3, 4, 10].flatMap((depth) => [0, 0, depth]));
  const ids = Uint32Array.of(0, 1, 3, 4, 5);
  assert.deepEqual([...frontOf(ids, projected, 0.35)], [0, 1, 3]);
  assert.equal(frontOf(ids, projected, 1), ids);
  assert.deepEqual([...frontOf(new Uint32Array(0), projected, 0.5)], []);
});

test("frontOf: strays in front or behind do not decide", () => {
  const depths = [-100, ...Array.from({ length: 98 }, (_, i) => i), 900];
  const projected = Float32Array.from(depths.flatMap((depth) => [0, 0, depth]));
  const front = frontOf(Uint32Array.from(depths.keys()), projected, 0.5);
  assert.equal(front.length, 50);
});

test("sort: the farthest first along any direction, half-way through a tween too", () => {
  const numSamples = 500;
  const from = Float32Array.from({ length: 3 * numSamples }, (_, i) => Math.sin(i * 7.7));
  const to = Float32Array.from(from, (value, i) => value + Math.cos(i * 3.1));
  const sorter = new DepthOrder();
  for (const t of [1, 0.4]) {
    const back = [0.6, 0, 0.8];
    const near = (id) => [0, 1, 2].reduce((sum, axis) => sum + back[axis] * (from[3 * id + axis] * (1 - t) + to[3 * id + axis] * t), 0);
    const order = [...sorter.sort(from, to, t, back, { low: -3, high: 3 })];
    assert.deepEqual([...order].sort((a, b) => a - b), [...Array(numSamples).keys()]);
    order.slice(1).forEach((id, i) => assert.ok(near(id) > near(order[i]) - 6 / 4000));
  }
});

test("sort: places that are no numbers, and outside the range, are somewhere and once", () => {
  const places = Float32Array.of(NaN, 0, 0, 0, 0, 99, 0, 0, -99);
  assert.deepEqual([...new DepthOrder().sort(places, places, 1, [0, 0, 1], { low: -1, high: 1 })].sort(), [0, 1, 2]);
  assert.equal(new DepthOrder().sort(places, places, 1, [0, 0, 1], { low: 0, high: 0 }).length, 3);
});
