import assert from "node:assert/strict";
import { test } from "node:test";

import { diameterOf } from "../../../assets/map/size.mjs";

test("diameterOf: 5 to 6 pixels for the digits, smaller for more, never below a visible pixel", () => {
  assert.ok(diameterOf(1797, 1) >= 5 && diameterOf(1797, 1) <= 6);
  assert.ok(diameterOf(100_000, 1) < diameterOf(10_000, 1));
  assert.ok(diameterOf(1e9, 1) >= 1);
});

test("diameterOf: grows slowly with zoom, up to a limit, and never shrinks below the fitted size", () => {
  assert.ok(diameterOf(1797, 4) > diameterOf(1797, 1) && diameterOf(1797, 4) < 4 * diameterOf(1797, 1));
  assert.equal(diameterOf(1797, 0.2), diameterOf(1797, 1));
  assert.ok(diameterOf(1797, 1e6) <= 14);
});
