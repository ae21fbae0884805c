import assert from "node:assert/strict";
import { test } from "node:test";

import { pageOf } from "../nodes.mjs";
import { knobOf, mountKnobs, movesSlider, problemOf, shareOf, short, valueAt } from "../../../assets/teaching/knobs.mjs";

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

/** A panel of these knobs. */
function panel(...rows) {
  const root = pageOf(["knobs-defaults", "preset"]);
  const group = Object.assign(document.createElement("div"), { className: "knob-group" });
  group.dataset.preset = "lodemap";
  for (const data of rows) {
    const row = document.createElement("div");
    for (const [name, value] of Object.entries(data)) row.dataset[name] = value;
    for (const type of ["text", "range"]) {
      const input = document.createElement("input");
      input.setAttribute("type", type);
      row.append(input);
    }
    row.append(Object.assign(document.createElement("p"), { className: "field-error" }));
    group.append(row);
  }
  root.append(group);
  return { knobs: mountKnobs({ root }), fields: group.querySelectorAll("[type=text]"), sliders: group.querySelectorAll("[type=range]") };
}

test("what an Update learned by is there again after a reload, to the last digit; a slider says three", () => {
  const { knobs, fields, sliders } = panel(
    { knob: "learning_rate", label: "Learning rate", low: "1e-05", high: "0.05", default: "0.005", scale: "log", integer: "false", caution: "" },
    { knob: "num_epochs", label: "Epochs", low: "1", high: "2000", default: "15", scale: "linear", integer: "true", caution: "" },
  );
  assert.deepEqual(knobs.read(), { learning_rate: 0.005, num_epochs: 15 });
  knobs.write({ learning_rate: 0.00001234 });
  assert.deepEqual([fields[0].value, knobs.read().learning_rate], ["1.234e-5", 0.00001234]);
  knobs.write({ learning_rate: 0.001234, num_epochs: 1234 });
  assert.deepEqual(knobs.read(), { learning_rate: 0.001234, num_epochs: 1234 });
  assert.deepEqual(fields.map(({ value }) => value), ["0.001234", "1234"]);
  assert.equal(sliders[0].getAttribute("aria-valuetext"), "0.00123");
  sliders[1].type(String(500));
  assert.equal(fields[1].value, "501");
});
