import assert from "node:assert/strict";
import test from "node:test";

import { binsOf, crossed, gridProblem, numbersOf, titleOf, valuesProblem, valuesToTry } from "../../../assets/runs/grid.mjs";
import { highestOf, progressOf } from "../../../assets/runs/variants.mjs";

const HOLD = { name: "w_anchor", label: "Hold", low: 0, high: 20, default: 2, scale: "linear", is_integer: false };
const HEADS = { name: "num_hidden_layers", label: "Head layers", low: 0, high: 2, default: 0, scale: "linear", is_integer: true };

test("values to try lie around the usual one and within the bounds", () => {
  assert.deepEqual(valuesToTry(HOLD), [1, 2, 4, 8]);
  assert.deepEqual(valuesToTry(HEADS), [0, 1, 2]);
  assert.deepEqual(valuesToTry({ ...HOLD, scale: "log", default: 10 }), [2.5, 10, 20]);
  assert.deepEqual(valuesToTry({ ...HOLD, default: 0 }), [0, 5, 10, 20]);
});

test("lists are read as people type them, and refused with a sentence", () => {
  assert.deepEqual(numbersOf("1, 2; 4 8,"), [1, 2, 4, 8]);
  assert.equal(valuesProblem(HOLD, [1, 2]), "");
  assert.match(valuesProblem(HOLD, []), /at least one value of Hold/);
  assert.match(valuesProblem(HOLD, [1, 21]), /from 0 to 20/);
  assert.match(valuesProblem(HEADS, numbersOf("1.5")), /whole numbers/);
  assert.match(valuesProblem(HOLD, numbersOf("many")), /takes numbers/);
  assert.match(valuesProblem(HOLD, [1, 1]), /twice/);
});

test("two knobs are crossed, up to twelve", () => {
  const configs = crossed([{ name: "w_anchor", values: [1, 2] }, { name: "num_epochs", values: [6, 12] }], { seed: 1 });
  assert.deepEqual(configs[2], { seed: 1, w_anchor: 2, num_epochs: 6 });
  assert.equal(configs.length, 4);
  assert.equal(gridProblem([{ knob: HOLD, values: [1, 2, 4, 8] }, { knob: HEADS, values: [0, 1, 2] }]), "");
  assert.match(gridProblem([{ knob: HOLD, values: [1, 2, 3, 4, 5] }, { knob: HEADS, values: [0, 1, 2] }]), /5 × 3 are 15 variants; 12/);
  assert.equal(gridProblem([{ knob: HOLD, values: [1, 2] }, { knob: HOLD, values: [4, 8] }]), "Choose two different settings.");
});

test("a variant is called after what tells it from the others", () => {
  const configs = [{ w_anchor: 1, num_hidden_layers: 0 }, { w_anchor: 4, num_hidden_layers: 0 }];
  assert.equal(titleOf(configs[1], configs, [HOLD, HEADS]), "Hold 4");
  assert.equal(titleOf(configs[0], configs.slice(0, 1), [HOLD, HEADS]), "usual settings");
});

test("histograms count each class along an axis, edges included", () => {
  const bins = binsOf(Float32Array.of(0, 5, 99, 5, 100, 5), 0, Int16Array.of(0, 1, 1), 100, 4);
  assert.deepEqual(bins.map((bin) => [...bin]), [[[0, 1]], [], [], [[1, 2]]]);
});

test("a batch tells how far it is and which is highest", () => {
  const variants = [{ state: "finished", metrics: { held_out_accuracy: 0.8 } }, { state: "running", metrics: {} }, { state: "failed", metrics: { held_out_accuracy: 0.9 } }];
  assert.equal(progressOf(variants), "1 of 3 done, 1 learning, 1 failed");
  assert.equal(highestOf(variants), 2);
  assert.equal(highestOf([{ metrics: { held_out_accuracy: 0.8 } }, { metrics: { held_out_accuracy: 0.8 } }]), -1);
  assert.equal(highestOf([{ metrics: {} }]), -1);
});
