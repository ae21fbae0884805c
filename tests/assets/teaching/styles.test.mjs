import assert from "node:assert/strict";
import { test } from "node:test";

import { styleOf } from "../../../assets/teaching/styles.mjs";

const STYLES = { gentle: { num_epochs: 4, learning_rate: 0.0004 }, firm: { num_epochs: 10, learning_rate: 0.0007 } };

test("the style whose every setting the knobs have is the one that is chosen", () => {
  assert.equal(styleOf(STYLES, { num_epochs: 4, learning_rate: 0.0004 }), "gentle");
  assert.equal(styleOf(STYLES, { num_epochs: 10, learning_rate: 0.0007 + 1e-12 }), "firm");
});

test("a knob that was turned, or is being typed, is nobody's style", () => {
  assert.equal(styleOf(STYLES, { num_epochs: 5, learning_rate: 0.0004 }), null);
  assert.equal(styleOf(STYLES, { num_epochs: 4, learning_rate: NaN }), null);
});
