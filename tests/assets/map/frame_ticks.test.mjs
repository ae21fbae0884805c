import assert from "node:assert/strict";
import { test } from "node:test";

import { viewOf, wholePixels } from "../../../assets/map/frame_axes.mjs";
import { clearHead, isUnderHead } from "../../../assets/map/frame_ticks.mjs";

const PLOT = { left: 0, top: 0, width: 400, height: 300 };
const view = viewOf({ plot: PLOT, canvas: wholePixels(PLOT), range: { x: [0, 4], y: [0, 300] } });

test("isUnderHead: by where a number's line would begin", () => {
  assert.equal(isUnderHead(10), true);
  assert.equal(isUnderHead(50), true, "half of it");
  assert.equal(isUnderHead(60), false);
});

test("clearHead: hides numbers whole, and shows them again when a pan brings them down", () => {
  const label = { __data__: { x: 255 }, style: { visibility: "" } };
  const plot = { querySelectorAll: () => [label] };
  clearHead(plot, view);
  assert.equal(label.style.visibility, "hidden");
  label.__data__.x = 100;
  clearHead(plot, view);
  assert.equal(label.style.visibility, "");
});
