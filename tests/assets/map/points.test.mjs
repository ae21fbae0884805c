import assert from "node:assert/strict";
import { test } from "node:test";

import { Points } from "../../../assets/map/points.mjs";

/** Two samples in 2D, resting at (0, 0) and (1, 1). */
function restingPoints() {
  const points = new Points(2, 2);
  points.cut(Float32Array.of(0, 0, 1, 1));
  return points;
}

test("cut: the points are there, without a tween", () => {
  const points = restingPoints();
  assert.ok(points.hasPositions && !points.isMoving);
  assert.deepEqual([...points.current()], [0, 0, 1, 1]);
});

test("aim: the points are half way at half time, and arrive", () => {
  const points = restingPoints();
  points.aim(Float32Array.of(2, 0, 1, 3), 0, 100, "linear");
  assert.equal(points.advance(50), false);
  assert.deepEqual([...points.current()], [1, 0, 1, 2]);
  assert.equal(points.advance(100), true);
  assert.deepEqual([...points.current()], [2, 0, 1, 3]);
});

test("aim: a new target half way starts from where the points are", () => {
  const points = restingPoints();
  points.aim(Float32Array.of(2, 0, 1, 3), 0, 100, "linear");
  points.advance(50);
  points.aim(Float32Array.of(1, 8, 1, 2), 50, 100, "linear");
  assert.deepEqual([...points.current()], [1, 0, 1, 2]);
  points.advance(100);
  assert.deepEqual([...points.current()], [1, 4, 1, 2]);
});

test("aim: at rest only the new target needs an upload", () => {
  const points = restingPoints();
  const before = points.target.version;
  points.aim(Float32Array.of(2, 0, 1, 3), 0, 100, "linear");
  assert.equal(points.origin.version, before);
  assert.ok(points.target.version > before);
});

test("aim: a chain of linear tweens loses no time between them", () => {
  const points = restingPoints();
  points.aim(Float32Array.of(1, 0, 1, 1), 0, 100, "linear");
  points.advance(110);
  points.aim(Float32Array.of(2, 0, 1, 1), 110, 100, "linear");
  points.advance(150);
  assert.equal(points.current()[0], 1.5);
});

test("aim: what is handed in is copied", () => {
  const points = restingPoints();
  const target = Float32Array.of(5, 5, 5, 5);
  points.cut(target);
  target.fill(0);
  assert.deepEqual([...points.current()], [5, 5, 5, 5]);
});

test("remainingMs: is what the tween still needs", () => {
  const points = restingPoints();
  assert.equal(points.remainingMs(0), 0);
  points.aim(Float32Array.of(1, 0, 1, 1), 0, 100, "linear");
  assert.equal(points.remainingMs(30), 70);
});

test("setSelected: keeps the ids in order", () => {
  const points = new Points(4, 2);
  points.setSelected(Uint8Array.of(0, 1, 0, 1));
  assert.deepEqual([...points.selectedIds.array], [1, 3]);
});

test("wrong sizes: are refused with both sizes, and change nothing", () => {
  const points = restingPoints();
  assert.throws(() => points.cut(new Float32Array(6)), /6 values; the map has 2 points and needs 4/);
  assert.throws(() => points.setLook(new Uint8Array(8).fill(9), new Uint8Array(3)), /mark has 3 values/);
  assert.throws(() => points.setSelected(new Uint8Array(1)), /mask has 1 values/);
  assert.throws(() => new Points(-1, 2), /numSamples is -1/);
  assert.throws(() => new Points(3, 4), /latentDim is 4/);
  assert.deepEqual([...points.current()], [0, 0, 1, 1]);
});

test("versions: never the same in two sets of points, so that none passes for the other's on the card", () => {
  const versions = [new Points(3, 2), new Points(3, 2)].map((points) => {
    points.cut(new Float32Array(6));
    return points.positionVersion;
  });
  assert.notEqual(versions[0], versions[1]);
});

test("a map beside another frames both; alone again it frames its own", () => {
  const points = new Points(2, 2);
  points.cut(Float32Array.of(0, 0, 1, 1));
  points.setCompany(Float32Array.of(-5, 0.5, 0.5, 9));
  assert.deepEqual(points.bulk(), { low: [-5, 0], high: [1, 9], numOutside: 0 });
  points.setCompany(null);
  assert.deepEqual(points.bulk(), { low: [0, 0], high: [1, 1], numOutside: 0 });
});
