import assert from "node:assert/strict";
import { test } from "node:test";

import { blurred, bordersOf, washOf, zeroLines } from "../../../assets/map/regions.mjs";

const SIDE = 24;
const COLORS = [[200, 0, 0], [0, 100, 0]];
const colorOf = (classIndex) => COLORS[classIndex];

/** Class 0 left, class 1 right, in a disc; nobody's outside. */
function disc() {
  const region = new Int16Array(SIDE * SIDE).fill(-1);
  for (let row = 0; row < SIDE; row += 1)
    for (let column = 0; column < SIDE; column += 1)
      if (Math.hypot(column - 11.5, row - 11.5) < 8) region[row * SIDE + column] = column < 12 ? 0 : 1;
  return { gridSide: SIDE, region, low: [-12, 0], high: [12, 48] };
}

test("blurred: a constant stays inside, and nothing is made or lost far from the edge", () => {
  const plane = new Float32Array(SIDE * SIDE);
  plane[12 * SIDE + 12] = 1;
  const soft = blurred(plane, SIDE, 1.5);
  assert.ok(Math.abs(soft.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
  assert.ok(soft[12 * SIDE + 13] === soft[13 * SIDE + 12]);
  const full = blurred(new Float32Array(SIDE * SIDE).fill(1), SIDE, 1.5);
  assert.ok(Math.abs(full[12 * SIDE + 12] - 1) < 1e-5);
});

test("washOf: the class's colour inside, clear outside, premultiplied in between", () => {
  const wash = washOf(disc(), colorOf);
  const at = (column, row) => [...wash.subarray(4 * (row * SIDE + column), 4 * (row * SIDE + column) + 4)];
  const [red, green, blue, alpha] = at(7, 12);
  assert.ok(red > 180 && green < 20 && blue === 0 && alpha > 230);
  assert.ok(at(16, 12)[1] > 85);
  assert.deepEqual(at(0, 0), [0, 0, 0, 0]);
  for (let k = 0; k < wash.length; k += 4) assert.ok(wash[k] <= wash[k + 3]);
});

test("zeroLines: one line through a plane that rises, at the place where it is 0", () => {
  const rising = Float32Array.from({ length: 16 }, (_, k) => (k % 4) - 1.25);
  const segments = zeroLines(rising, 4);
  assert.equal(segments.length, 3 * 4);
  assert.ok(segments.every((value, k) => k % 2 === 1 || Math.abs(value - 1.25) < 1e-6));
});

test("zeroLines: every choice of corners gives lines that end on edges between signs", () => {
  for (let corners = 0; corners < 16; corners += 1) {
    const value = (bit) => (corners & (1 << bit) ? 1 : -1);
    const segments = zeroLines(Float32Array.of(value(0), value(1), value(3), value(2)), 2);
    const changes = [[0, 1], [1, 2], [2, 3], [3, 0]].filter(([a, b]) => value(a) !== value(b)).length;
    assert.equal(segments.length / 2, changes, `corners ${corners}`);
  }
});

test("bordersOf: closed lines in map units, where the class ends", () => {
  const borders = bordersOf(disc());
  assert.deepEqual([...borders.keys()], [0, 1]);
  for (const segments of borders.values()) {
    const ends = new Map();
    for (let k = 0; k < segments.length; k += 3) {
      const key = `${segments[k].toFixed(4)} ${segments[k + 1].toFixed(4)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    assert.ok([...ends.values()].every((count) => count % 2 === 0), "a line has an open end");
  }
  const xs = borders.get(0).filter((_, k) => k % 3 === 0);
  assert.ok(Math.abs(Math.max(...xs)) < 0.1, "the classes meet in the middle");
  assert.ok(Math.abs(Math.min(...xs) + 8) < 1);
  const ys = borders.get(0).filter((_, k) => k % 3 === 1);
  assert.ok(Math.abs(Math.max(...ys) - 40) < 2);
});

test("bordersOf: nobody anywhere has none", () => {
  assert.equal(bordersOf({ ...disc(), region: new Int16Array(SIDE * SIDE).fill(-1) }).size, 0);
});
