import assert from "node:assert/strict";
import { test } from "node:test";

import { dragOf, wheelFactor } from "../../../../assets/map/space/turning.mjs";

test("dragOf: a plain drag is the tool's, other buttons are the view's", () => {
  const press = (button, shiftKey = false) => ({ button, shiftKey });
  assert.deepEqual([dragOf(press(0), true), dragOf(press(0, true), true), dragOf(press(0), false)], ["orbit", "slide", null]);
  assert.deepEqual([dragOf(press(0, true), false), dragOf(press(1), false), dragOf(press(2), false)], [null, "orbit", "slide"]);
});

test("wheelFactor: towards the hand brings it nearer, lines count more than pixels, no leap", () => {
  const wheel = (deltaY, deltaMode = 0, ctrlKey = false) => wheelFactor({ deltaY, deltaMode, ctrlKey });
  assert.ok(wheel(-100) < 1 && wheel(100) > 1);
  assert.ok(Math.abs(wheel(-100) * wheel(100) - 1) < 1e-12);
  assert.equal(wheel(3, 1), wheel(99));
  assert.equal(wheel(90_000), wheel(400));
  assert.ok(wheel(2, 0, true) > wheel(2));
  assert.ok(wheel(100, 0, true) < 1.25, "a notch of a wheel with Ctrl");
});
