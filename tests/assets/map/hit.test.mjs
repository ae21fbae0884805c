import assert from "node:assert/strict";
import { test } from "node:test";

import { extentOf } from "../../../assets/map/frame_axes.mjs";
import { buildGrid, nearestInGrid, nearestMoving } from "../../../assets/map/hit.mjs";
import { HIDDEN } from "../../../assets/map/marks.mjs";

const SHOWN = new Uint8Array(1000);
const probeAt = (x, y, reach = 0.1) => ({ x, y, radiusX: reach, radiusY: reach });

function hit(positions, probe, mark = SHOWN.subarray(0, positions.length / 2)) {
  return nearestInGrid(buildGrid(positions, 2, extentOf(positions, 2)), positions, 2, mark, probe);
}

test("nearestInGrid: the nearest within reach, none beyond it", () => {
  const positions = Float32Array.of(0, 0, 0.05, 0, 1, 1);
  assert.equal(hit(positions, probeAt(0.04, 0)), 1);
  assert.equal(hit(positions, probeAt(0.5, 0.5)), -1);
});

test("nearestInGrid: near means pixels, so axes of unequal scale are weighed", () => {
  const positions = Float32Array.of(0, 0, 0.3, 0.3);
  assert.equal(hit(positions, { x: 0.2, y: 0, radiusX: 1, radiusY: 0.1 }), 0);
});

test("nearestInGrid: of equal points the one drawn on top", () => {
  assert.equal(hit(Float32Array.of(0, 0, 0, 0, 1, 1), probeAt(0, 0)), 1);
});

test("nearestInGrid: hidden samples are not hit", () => {
  assert.equal(hit(Float32Array.of(0, 0, 0.01, 0, 1, 1), probeAt(0, 0), Uint8Array.of(HIDDEN, 0, 0)), 1);
});

test("nearestInGrid: one point, all points in one place, and places far outside", () => {
  assert.equal(hit(Float32Array.of(2, 2), probeAt(2, 2)), 0);
  assert.equal(hit(Float32Array.of(2, 2, 2, 2), probeAt(2.05, 2)), 1);
  assert.equal(hit(Float32Array.of(2, 2, 3, 3), probeAt(-90, 40)), -1);
});

test("nearestInGrid: positions that are no numbers do no harm", () => {
  assert.equal(hit(Float32Array.of(NaN, 0, 0, 0, 1, 1), probeAt(0, 0)), 1);
});

test("nearestInGrid and nearestMoving: agree with a look at every point", () => {
  const positions = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453 % 1);
  const grid = buildGrid(positions, 2, extentOf(positions, 2));
  for (let k = 0; k < 200; k++) {
    const probe = probeAt(Math.sin(k * 7.1), Math.cos(k * 3.3), 0.06);
    const distance = (id) => Math.hypot(positions[2 * id] - probe.x, positions[2 * id + 1] - probe.y);
    const nearest = [...SHOWN.keys()].reduce((a, b) => (distance(b) < distance(a) ? b : a));
    const expected = distance(nearest) <= 0.06 ? nearest : -1;
    assert.equal(nearestInGrid(grid, positions, 2, SHOWN, probe), expected);
    assert.equal(nearestMoving(positions, positions, 0.5, 2, SHOWN, probe), expected);
  }
});

test("nearestMoving: finds a point where it is on its way", () => {
  const [from, to] = [Float32Array.of(0, 0), Float32Array.of(1, 0)];
  assert.equal(nearestMoving(from, to, 0.5, 2, Uint8Array.of(0), probeAt(0.5, 0)), 0);
  assert.equal(nearestMoving(from, to, 0.5, 2, Uint8Array.of(0), probeAt(0, 0)), -1);
});

test("nearestInGrid: a million points within a millisecond", () => {
  const positions = Float32Array.from({ length: 2_000_000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453 % 1);
  const grid = buildGrid(positions, 2, extentOf(positions, 2));
  const mark = new Uint8Array(1_000_000);
  nearestInGrid(grid, positions, 2, mark, probeAt(0, 0, 0.02));
  const before = process.cpuUsage();
  for (let k = 0; k < 20; k++) nearestInGrid(grid, positions, 2, mark, probeAt(0.04 * k - 0.4, 0.2, 0.02));
  assert.ok(process.cpuUsage(before).user / 1000 / 20 < 1);
});
