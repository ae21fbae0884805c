import assert from "node:assert/strict";
import test from "node:test";

import { calledNow, cellWords, compareWords, epochsOf, gainWords, isWanted, learnedOf, noConfusion, percent, rowOf, settingsOf, timeOf, tookOf } from "../../../assets/runs/words.mjs";

const KNOBS = { lodemap: [{ name: "w_anchor", label: "Hold", default: 2 }, { name: "num_epochs", label: "Epochs", default: 6 }] };
const RUN = {
  run_id: "r", number: 9, kind: "fine_tune", state: "finished", author: "Ada", num_epochs: 6, last_epoch: 6, config: { preset: "lodemap", w_anchor: 4, num_epochs: 6 },
  metrics: { loss: 0.412, held_out_accuracy: 0.846 }, started_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-01T00:00:10Z", error: null, on_line: true,
};

test("numbers read as people write them", () => {
  assert.deepEqual([percent(0.8456), percent(null)], ["84.6 %", "–"]);
  assert.deepEqual([timeOf(3.21), timeOf(61), timeOf(300), timeOf(7200), timeOf(null)], ["3.2 s", "61 s", "5 min", "2 h", "–"]);
});

test("a run tells what it learned from, how it was set and how far it is", () => {
  assert.equal(learnedOf(RUN, { num_named: 213, num_moved: 24 }), "213 names, 24 moves");
  assert.equal(learnedOf(RUN, { num_named: 1, num_moved: null }), "1 name");
  assert.equal(learnedOf(RUN, { num_named: 0, num_moved: 0 }), "places alone");
  assert.equal(learnedOf({ kind: "pretrain" }), "the samples alone");
  assert.equal(settingsOf(RUN, KNOBS), "Hold 4");
  assert.equal(settingsOf({ ...RUN, config: { preset: "lodemap", w_anchor: 2, num_epochs: 6 } }, KNOBS), "usual");
  assert.equal(epochsOf(RUN), "6");
  assert.equal(epochsOf({ ...RUN, state: "stopped", last_epoch: 3 }), "3 of 6");
  assert.equal(epochsOf({ ...RUN, state: "running", last_epoch: 3 }), "4 of 6");
  assert.equal(tookOf(RUN), 10);
  assert.equal(tookOf({ started_at: null }), null);
});

test("a row is found by any of its words, by who and by state", () => {
  const noteOf = (more) => rowOf({ ...RUN, error: null, ...more }, {}, KNOBS).note;
  assert.deepEqual([noteOf({}), noteOf({ error: "It broke." }), noteOf({ state: "queued", position: 1, wait: "1 run before it" })], ["", "It broke.", "1 run before it"]);
  assert.equal(rowOf(RUN, {}, KNOBS).who, "Ada", "somebody of that name");
  const row = rowOf({ ...RUN, is_mine: true }, { accuracy: [0.5], num_named: 2 }, KNOBS);
  assert.equal(row.who, "you");
  const wanted = (patch) => isWanted(row, { text: "", who: "", state: "", ...patch });
  assert.ok(wanted({}));
  assert.ok(wanted({ text: "hold NAMES" }));
  assert.ok(!wanted({ text: "pull" }));
  assert.ok(wanted({ who: "you", state: "done" }));
  assert.ok(!wanted({ who: "Ben" }));
  assert.ok(!wanted({ state: "failed" }));
});

test("a row has the accuracy by labels only where the run tells it", () => {
  const told = rowOf({ ...RUN, metrics: { ...RUN.metrics, held_out_by_label: 0.65, held_out_contradicted: 62 } }, {}, KNOBS);
  assert.equal(told.by_label, "65.0 %");
  assert.match(told.accuracy_tip, /62 held-out samples are named against them/);
  const byHand = rowOf({ ...RUN, metrics: { ...RUN.metrics, held_out_known: 183, held_out_by_hand: 183 } }, {}, KNOBS);
  assert.equal(byHand.by_hand, true);
  assert.match(byHand.accuracy_tip, /183 held-out samples that were named by hand/);
  assert.deepEqual([rowOf(RUN, {}, KNOBS)].map((row) => [row.by_label, row.accuracy_tip]), [["", ""]]);
});

test("a gain is a sentence with its interval and what it means", () => {
  assert.deepEqual(gainWords({ mean: 0.022, low: 0.003, high: 0.041, verdict: "real gain" }), ["Change +2.2 points, 95 % interval +0.3 to +4.1.", "A real gain."]);
  assert.deepEqual(gainWords({ mean: null, verdict: null, reason: "Only 3 are known." }), ["Only 3 are known.", ""]);
});

test("a cell, and why there is none", () => {
  assert.equal(cellWords(9, "cookie", "donut", false).join(""), "9 samples of cookie taken for donut");
  assert.equal(cellWords(1, "cookie", "cookie", true).join(""), "1 sample of cookie, all told rightly");
  assert.match(noConfusion({ num_known: 0, num_held_out: 0, is_predicted: true }), /no held-out/);
  assert.match(noConfusion({ num_known: 9, num_held_out: 9, is_predicted: false }), /Nothing is predicted/);
  assert.match(noConfusion({ num_known: 0, num_held_out: 1200, is_predicted: true }), /1,200 held-out/);
  assert.equal(noConfusion({ num_known: 9, num_held_out: 9, is_predicted: true }), "");
});

test("a comparison names a pretraining in full", () => {
  assert.equal(compareWords({ kind: "pretrain", number: 0 }, RUN), "Compare pretraining and 9");
  assert.equal(compareWords({ ...RUN, number: 4 }, RUN), "Compare 4 and 9");
});

test("a class that was merged since is called by the one it lives on in, and by what it was", () => {
  const info = (index, name, into = null) => ({ class_index: index, name, merged_into: into });
  const classes = [info(0, "dog"), info(2, "hound", 0), info(3, "beagle", 2), info(4, "fig", 1)]; // 1 was taken back
  assert.deepEqual([0, 2, 3].map((index) => calledNow(classes, index)), ["dog", "dog (was hound)", "dog (was beagle)"]);
  assert.equal(calledNow(classes, 4), "fig", "what it lived on in is gone");
  assert.equal(calledNow(classes, 1), null);
});
