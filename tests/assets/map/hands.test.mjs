import assert from "node:assert/strict";
import { test } from "node:test";

import { modeOf } from "../../../assets/map/hands.mjs";

test("modeOf: Shift adds, Alt subtracts, at either end of the gesture", () => {
  const keys = (shiftKey, altKey) => ({ shiftKey, altKey });
  assert.equal(modeOf(keys(false, false), keys(false, false)), "replace");
  assert.equal(modeOf(keys(true, false), keys(false, false)), "add");
  assert.equal(modeOf(keys(false, false), keys(false, true)), "subtract");
  assert.equal(modeOf(keys(true, true)), "subtract");
});
