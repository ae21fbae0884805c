import assert from "node:assert/strict";
import { test } from "node:test";

import { fitRange } from "../../../assets/map/frame_axes.mjs";
import { Room } from "../../../assets/map/room.mjs";

const PLOT = { width: 800, height: 600 };
const INSETS = { left: 16, top: 80, right: 20, bottom: 24 };
const EXTENT = { x: [-3, 5], y: [1, 9] };

test("fit: without insets it is fitRange", () => {
  assert.deepEqual(new Room(PLOT).fit(EXTENT, 0.1), fitRange(EXTENT, PLOT, 0.1));
});

test("fit: the extent lies in the free part, margins and all", () => {
  const { x, y } = new Room(PLOT, INSETS).fit(EXTENT, 0);
  const pixelX = (value) => (800 * (value - x[0])) / (x[1] - x[0]);
  const pixelY = (value) => (600 * (y[1] - value)) / (y[1] - y[0]);
  assert.ok(pixelX(-3) >= 16 - 1e-9 && pixelX(5) <= 780 + 1e-9);
  assert.ok(Math.abs(pixelY(9) - 80) < 1e-9 && Math.abs(pixelY(1) - 576) < 1e-9);
});

test("holds: points below what lies over the map do not count as in sight", () => {
  const [bare, covered] = [new Room(PLOT), new Room(PLOT, INSETS)];
  const range = { x: [-10, 10], y: [-10, 10] };
  const high = { x: [-8, 8], y: [-8, 9.5] };
  assert.ok(bare.holds(range, high));
  assert.ok(!covered.holds(range, high));
  assert.ok(covered.holds(covered.fit(high, 0.05), high));
});

test("shift: where the middle of the free part is", () => {
  assert.deepEqual(new Room(PLOT, INSETS).shift, { x: -2, y: 28 });
  assert.deepEqual(new Room(PLOT).shift, { x: 0, y: 0 });
});

test("half of a window is always free", () => {
  const room = new Room({ width: 200, height: 100 }, { left: 0, right: 0, top: 300, bottom: 100 });
  assert.equal(room.height, 50);
  assert.equal(room.insets.top, 37.5);
});
