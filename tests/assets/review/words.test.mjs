import assert from "node:assert/strict";
import test from "node:test";

import { comparison, comparisonWords } from "../../../assets/review/acts.mjs";
import { figuresOf, pairName } from "../../../assets/review/agreement.mjs";
import { mergeLines } from "../../../assets/review/log.mjs";
import { figure, lineNote, stepNote, stepTitle, summary, when } from "../../../assets/review/words.mjs";

const run = { kind: "fine_tune", number: 3, state: "finished", last_epoch: 12 };
const step = (more) => ({ kind: "gestures", name: "", branch: "", counts: {}, text: "", num_named: 90, run: null, ...more });
const line = (more) => ({ from: [], run: null, epoch: null, verb: "annotate", stands: true, settles: false, remarks: [], num_changed: 5, count: 5, ...more });

test("a step is called by its name, its run, or what was said in it", () => {
  assert.equal(stepTitle(step({ kind: "run", run })), "Run 3");
  assert.equal(stepTitle(step({ text: "named 84 samples donut" })), "Named 84 samples donut");
  assert.equal(stepTitle(step({ counts: { annotate: 213, move: 1 } })), "213 names, 1 move");
  assert.equal(stepTitle(step({ name: "The good one", kind: "run", run })), "The good one");
  assert.equal(stepNote(step({ name: "The good one", kind: "run", run })), "Run 3, 90 named");
  assert.equal(stepNote(step({ branch: "Spread it out" })), "branch Spread it out");
  assert.equal(stepNote(step({ kind: "run", run: { ...run, state: "stopped" }, num_named: 0 })), "stopped, no names");
  assert.equal(stepNote(step({ kind: "run", run: { ...run, state: "stopped", last_epoch: -1 } })), "stopped before its first epoch, 90 named");
});

test("what an undo left nothing of says so", () => {
  assert.equal(summary({ undo: 2 }), "");
  assert.equal(stepTitle(step({})), "Nothing that stands");
});

test("a line of the log says from what, on which map, and whether it stands", () => {
  assert.equal(lineNote(line({ from: [["no name", 5]], run: 11, epoch: 2, is_end: true })), "from no name, on run 11");
  assert.equal(lineNote(line({ run: 1, epoch: 4 })), "on run 1, epoch 4", "it went on");
  assert.equal(lineNote(line({ run: 1, epoch: null })), "on run 1", "a frame that is gone");
  assert.equal(lineNote(line({ from: [["no name", 3], ["one", 2]], run: 0, epoch: 1.5 })), "from no name (3), one (2), on the pretraining, epoch 1.5");
  assert.equal(lineNote(line({ stands: false, num_changed: 0 })), "taken back, nothing changed");
  assert.equal(lineNote(line({ num_changed: 3 })), "2 were like that already");
  assert.equal(lineNote(line({ verb: "undo", num_changed: 1 })), "1 sample changed");
  assert.equal(lineNote(line({ verb: "move", from: [], num_changed: 0, remarks: ["3 stayed."] })), "3 stayed.");
});

test("the time of day, with the date where it was another day", () => {
  const now = new Date(2026, 10, 26, 15, 0);
  assert.equal(when(new Date(2026, 10, 26, 14, 2) / 1000, now), "14:02");
  assert.equal(when(new Date(2026, 10, 25, 9, 30) / 1000, now), "25 Nov, 09:30");
  assert.equal(when(new Date(2025, 0, 3, 9, 30) / 1000, now), "3 Jan 2025, 09:30");
  assert.equal(when(null, now), "");
});

test("pages of the log join by line, newest first, the newer reading counts", () => {
  const merged = mergeLines([{ seq: 3, stands: true }, { seq: 1 }], [{ seq: 4 }, { seq: 3, stands: false }]);
  assert.deepEqual(merged, [{ seq: 4 }, { seq: 3, stands: false }, { seq: 1 }]);
});

test("two people have Cohen's kappa, more have Fleiss'", () => {
  const pairs = [{ cohen_kappa: 0.814 }];
  const found = { pairs, fleiss_kappa: 0.5, krippendorff_alpha: null, num_differing: 1200 };
  assert.deepEqual(figuresOf({ ...found, people: [1, 2] }), [["0.81", "Cohen's kappa"], ["–", "Krippendorff's α"], ["1,200", "to settle"]]);
  assert.equal(figuresOf({ ...found, people: [1, 2, 3] })[0][1], "Fleiss' kappa");
  assert.equal(figure(undefined), "–");
  assert.equal(pairName({ authors: ["Ben", "Ada"], author_ids: ["b", "a"] }, "a"), "you and Ben");
});

test("two states are compared sample by sample", () => {
  const found = comparison(Int16Array.of(0, 1, -1, 2, -2), Int16Array.of(0, 0, 1, -1, -2));
  assert.deepEqual(found, { ids: [1, 2, 3], onlyThere: 1, onlyHere: 1, other: 1, unsure: 0 });
  assert.equal(comparisonWords(found), "3 samples differ: 1 named only where the project is, 1 named only at this step, 1 with another class.");
  const unsure = comparison(Int16Array.of(0, -1, -2), Int16Array.of(-2, -2, 3));
  assert.equal(comparisonWords(unsure), "3 samples differ: 3 unsure in one of them.");
  assert.equal(comparisonWords(comparison(Int16Array.of(0), Int16Array.of(0))), "Both name the same samples the same way.");
});
