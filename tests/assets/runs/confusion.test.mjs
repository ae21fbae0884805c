import assert from "node:assert/strict";
import test from "node:test";

import { cellAfter, strengthOf, textOf } from "../../../assets/runs/confusion.mjs";

const COUNTS = [[90, 10], [0, 1200]];

test("a cell tells a count or the share of its row, and nothing for none", () => {
  assert.equal(textOf(COUNTS, 0, 1, "count"), "10");
  assert.equal(textOf(COUNTS, 0, 1, "share"), "10");
  assert.equal(textOf(COUNTS, 1, 1, "count"), "1,200");
  assert.equal(textOf(COUNTS, 1, 1, "share"), "100");
  assert.equal(textOf(COUNTS, 1, 0, "share"), "");
});

test("strength grows with the share, and small mistakes are seen", () => {
  assert.equal(strengthOf(COUNTS, 1, 0), 0);
  assert.equal(strengthOf(COUNTS, 1, 1), 1);
  assert.ok(strengthOf([[99, 1], [0, 1]], 0, 1) > 0.1);
  assert.ok(strengthOf([[60, 40], [0, 1]], 0, 1) > strengthOf(COUNTS, 0, 1));
});

test("arrow keys walk the square and stop at its edges", () => {
  assert.deepEqual(cellAfter("ArrowDown", [0, 0], 2), [1, 0]);
  assert.deepEqual(cellAfter("ArrowLeft", [0, 0], 2), [0, 0]);
  assert.equal(cellAfter("Enter", [0, 0], 2), null);
});
