import assert from "node:assert/strict";
import { test } from "node:test";

import { nextPlace } from "../../../assets/motion/timeline.mjs";

test("Shift and an arrow go to the next gestures that way, and stay at the last", () => {
  const places = [6, 0, 12];
  assert.equal(nextPlace(places, 0, 1), 6);
  assert.equal(nextPlace(places, 6, 1), 12);
  assert.equal(nextPlace(places, 12, 1), null);
  assert.equal(nextPlace(places, 8.5, -1), 6);
  assert.equal(nextPlace([], 3, 1), null);
});
