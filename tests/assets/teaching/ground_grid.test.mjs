import assert from "node:assert/strict";
import { test } from "node:test";

import { groundGrid } from "../../../assets/teaching/ground_grid.mjs";
import { regionAt } from "../../../assets/insight/field.mjs";

/** Two clusters of 40 points, and 40 points nobody named between and above. */
function scene() {
  const places = [];
  const classOf = [];
  const around = (x, y, classIndex) => {
    for (let nth = 0; nth < 40; nth += 1) {
      places.push(x + 0.2 * Math.cos(nth) * (1 + (nth % 5)) / 5, y + 0.2 * Math.sin(nth) * (1 + (nth % 5)) / 5);
      classOf.push(classIndex);
    }
  };
  around(-1, 0, 0);
  around(1, 0, 3);
  around(0, 1, -1);
  return { embedding: Float32Array.from(places), classOf: Int16Array.from(classOf), radius: 1, isOut: new Uint8Array(120) };
}

test("ground is whose points are around it; far from all, or among unnamed ones, it is nobody's", () => {
  const grid = groundGrid(scene());
  const at = (x, y) => regionAt(grid, x, y);
  assert.deepEqual([at(-1, 0), at(1, 0), at(0, 1), at(0, 0), at(9, 9)], [0, 3, -1, -1, -1]);
});

test("points in the hand have no say", () => {
  const { isOut, ...rest } = scene();
  isOut.fill(1, 40, 80);
  assert.equal(regionAt(groundGrid({ ...rest, isOut }), 1, 0), -1);
});

test("a region has room to close before the grid ends", () => {
  const { region, gridSide } = groundGrid(scene());
  const rim = [...region].filter((_, cell) => cell < gridSide || cell % gridSide === 0 || cell % gridSide === gridSide - 1 || cell >= gridSide * (gridSide - 1));
  assert.ok(rim.every((each) => each === -1));
});

test("no points, no ground", () => {
  assert.equal(groundGrid({ embedding: new Float32Array(0), classOf: new Int16Array(0), radius: 0, isOut: new Uint8Array(0) }), null);
});
