import assert from "node:assert/strict";
import { test } from "node:test";

import { knobOf, movesSlider, problemOf, shareOf, short, valueAt } from "../../../assets/teaching/knobs.mjs";

const EPOCHS = knobOf({ knob: "num_epochs", label: "Epochs", low: "1", high: "200", default: "15", scale: "linear", integer: "true", caution: "" });
const RATE = knobOf({ knob: "learning_rate", label: "Learning rate", low: "1e-05", high: "0.05", default: "0.005", scale: "log", integer: "false", caution: "" });
const SMOOTH = knobOf({ knob: "beta_kl", label: "Smoothness", low: "0", high: "300", default: "1", scale: "linear", integer: "false", caution: "30" });

test("problemOf: the sentences of ml/knobs.py", () => {
  assert.equal(problemOf(EPOCHS, "12"), "");
  assert.equal(problemOf(EPOCHS, "0"), "Epochs is 0; choose 1 to 200.");
  assert.equal(problemOf(EPOCHS, "9999"), "Epochs is 9999; choose 1 to 200.");
  assert.equal(problemOf(EPOCHS, "1.0005"), "Epochs is 1.0005; choose a whole number.");
  assert.equal(problemOf(EPOCHS, "1e20"), "Epochs is too far out; choose 1 to 200.");
  assert.equal(problemOf(EPOCHS, "1.5"), "Epochs is 1.5; choose a whole number.");
  for (const text of ["", "  ", "NaN", "abc", "Infinity", "1e999"]) assert.match(problemOf(EPOCHS, text), /must be a number from 1 to 200/);
});

test("slider: both ways lead to the same value, at the ends exactly", () => {
  for (const knob of [EPOCHS, RATE, SMOOTH]) {
    assert.equal(valueAt(knob, 0), knob.low);
    assert.equal(valueAt(knob, 1), knob.high);
    const back = valueAt(knob, shareOf(knob, knob.default));
    assert.ok(Math.abs(back - knob.default) <= 0.01 * knob.default, `${knob.name}: ${back}`);
  }
});

test("slider: a log scale gives each decade the same room", () => {
  const step = shareOf(RATE, 1e-3) - shareOf(RATE, 1e-4);
  assert.ok(Math.abs(shareOf(RATE, 1e-2) - shareOf(RATE, 1e-3) - step) < 1e-9);
});

test("short: three digits that matter, small ones as powers", () => {
  assert.deepEqual([0, 15, 0.0031623, 0.00001, 1000].map(short), ["0", "15", "0.00316", "1e-5", "1000"]);
});

test("slider: takes the keys that move it and leaves the page its own", () => {
  assert.ok(["ArrowLeft", "ArrowUp", "Home", "End", "PageDown"].every(movesSlider));
  assert.ok(!["Enter", " ", "s", "u", "?", "Escape", "z"].some(movesSlider));
});
