import assert from "node:assert/strict";
import { test } from "node:test";

import { alarmOf, hasCollapsed, levelOf, limitAt, mountForecast } from "../../../assets/teaching/collapse.mjs";

// tests/ml/measures/test_collapse.py holds the Python side to the same two tables.
const LIMITS = [
  [0, 3, 100],
  [10, 30, 100],
  [100, 100, null],
  [1000, 300, null],
];
const CASES = [
  [1, 100, "none"],
  [3, 1, "none"],
  [3.1, 1, "may"],
  [30, 1, "may"],
  [100, 1, "will"],
  [300, 1, "will"],
  [300, 0, "will"],
  [30, 10, "none"],
  [99, 99, "may"],
  [100, 99, "will"],
  [30, 100, "none"],
  [100, 100, "none"],
  [300, 100, "may"],
  [300, 1000, "none"],
];
const TABLE = LIMITS.map(([classWeight, mayAbove, willFrom]) => ({ class_weight: classWeight, may_above: mayAbove, will_from: willFrom }));
const RUN = { run_id: "r", kind: "fine_tune", state: "finished", on_line: true, config: { beta_kl: 300, beta_classifier: 1 } };
const BLOB = { active_units: 0, spread: 0.001 };
const alarm = (run, metrics = BLOB, undo = { seq: 5, run_id: "r" }) => alarmOf(run, metrics, { limits: TABLE, leastSpread: 0.05, undo });

test("levelOf: what the knobs foretell, as in ml/measures/collapse.py", () => {
  for (const [smoothness, classWeight, level] of CASES) {
    assert.equal(levelOf(limitAt(TABLE, classWeight), smoothness), level, `${smoothness} at ${classWeight}`);
  }
});

test("mountForecast: says it as the knobs are turned, and moves the amber part", () => {
  const values = { beta_kl: 1, beta_classifier: 100 };
  const warned = [];
  const rows = ["beta_kl", "beta_classifier"].map((name) => ({
    knob: { name }, problem: () => "", value: () => values[name], warnAbove: (at) => warned.push(at),
  }));
  const node = { textContent: "", dataset: { limits: JSON.stringify(TABLE), may: "May; {limit} is safe.", will: "Will; {limit} is safe." } };
  const turned = mountForecast(node, rows);
  turned();
  assert.equal(node.textContent, "");
  values.beta_kl = 150;
  turned();
  assert.equal(node.textContent, "May; 100 is safe.");
  values.beta_classifier = 10;
  turned();
  assert.equal(node.textContent, "Will; 30 is safe.");
  rows[0].problem = () => "Smoothness must be a number.";
  values.beta_classifier = 1;
  turned();
  assert.equal(node.textContent, "Will; 30 is safe.", "a wrong number foretells nothing new");
  assert.deepEqual(warned, [100, 100, 30]);
});

test("hasCollapsed: no axis in use, or hardly any extent; never where units are not counted", () => {
  assert.ok(hasCollapsed({ active_units: 0, spread: 0.4 }, 0.05));
  assert.ok(hasCollapsed({ active_units: 1, spread: 0.04 }, 0.05));
  assert.ok(!hasCollapsed({ active_units: 2, spread: 1.5 }, 0.05));
  assert.ok(!hasCollapsed({ active_units: null, spread: 0.01 }, 0.05));
  assert.ok(!hasCollapsed(undefined, 0.05));
});

test("alarmOf: what happened, the way back and the knob to lower", () => {
  const found = alarm(RUN);
  assert.equal(found.undo, 5);
  assert.match(found.text, /collapsed to one blob\. Undo leads back .* lower Smoothness from 300 to 3 or less\.$/);
  assert.match(alarm({ ...RUN, config: { beta_kl: 1, beta_classifier: 100 } }).text, /lower Learning rate\.$/);
});

test("alarmOf: Undo is offered only where it takes this run back", () => {
  assert.equal(alarm(RUN, BLOB, null).undo, null);
  assert.equal(alarm(RUN, BLOB, { seq: 5, run_id: "other" }).undo, null);
  assert.match(alarm(RUN, BLOB, null).text, /Undoing this Update leads back/);
});

test("alarmOf: silent for a live map, a run taken back, and a pretraining that still tries", () => {
  assert.equal(alarm(RUN, { active_units: 2, spread: 1 }), null);
  assert.equal(alarm({ ...RUN, on_line: false }), null);
  assert.equal(alarm({ ...RUN, kind: "pretrain", state: "running" }), null);
  assert.match(alarm({ ...RUN, kind: "pretrain" }).text, /nothing was found yet/);
  assert.ok(alarm({ ...RUN, state: "running" }), "an Update is told at once");
});
