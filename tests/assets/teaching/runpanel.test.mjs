import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";
import { accuracyOf, chipOf, lossPieces, metricsOf, mountRunPanel, progressOf, shareWord, topWords, wasOf } from "../../../assets/teaching/runpanel.mjs";

const RUN = { run_id: "r", number: 12, kind: "fine_tune", state: "running", last_epoch: 6, num_epochs: 12, on_line: true, line_place: 2, position: 0 };

test("progress in words", () => {
  assert.equal(progressOf(RUN), "Epoch 7 of 12");
  assert.equal(progressOf({ ...RUN, state: "stopped" }), "Epoch 6 of 12");
  assert.equal(progressOf({ ...RUN, state: "queued", position: 1 }), "Another run is before it");
  assert.equal(progressOf({ ...RUN, state: "queued", position: 1, wait: "1 run before it, starts in about 20 s" }), "1 run before it, starts in about 20 s");
});

test("a worker that went quiet is told, but not of a run that stops or has ended", () => {
  assert.deepEqual(chipOf(RUN), { text: "learning", kind: "accent" });
  assert.deepEqual(chipOf({ ...RUN, is_late: true }), { text: "worker lost", kind: "warn" });
  assert.equal(progressOf({ ...RUN, is_late: true }), "Waiting for another worker");
  assert.equal(chipOf({ ...RUN, is_late: true, state: "stopping" }).text, "stopping");
  assert.equal(chipOf({ ...RUN, state: "queued", position: 2 }).text, "waits, 2 ahead");
});

test("accuracy: with its interval, or withheld with the reason", () => {
  assert.deepEqual(accuracyOf({ held_out_accuracy: 0.846, held_out_known: 900 }, "fine_tune"), { figure: "84.6 %", interval: "82.1–86.8" });
  assert.match(accuracyOf({ held_out_accuracy: null, held_out_known: 7 }, "fine_tune").why, /7 of 20/);
  assert.equal(accuracyOf({}, "fine_tune", true).why, "it failed before its first epoch");
  assert.equal(accuracyOf({}, "pretrain").why, "nothing is predicted yet");
});

test("metricsOf: the newest epoch listed while it learns, the run's own once it has ended", () => {
  const run = { ...RUN, metrics: { loss: 0.2 } };
  const epochs = [{ metrics: { loss: 0.9 } }, { metrics: { loss: 0.5, known: 3 } }];
  assert.deepEqual(metricsOf(run, epochs), { loss: 0.5, known: 3 });
  assert.deepEqual(metricsOf({ ...run, state: "finished" }, epochs), { loss: 0.2, known: 3 });
  assert.deepEqual(metricsOf({ ...run, state: "finished" }, []), { loss: 0.2 });
});

test("a loss that is withheld at the end is told of the newest epoch that has one", () => {
  const epochs = [{ epoch: 1, metrics: { loss: 9 } }, { epoch: 45, metrics: { loss: 7.791 } }, { epoch: 60, metrics: { loss: null } }];
  assert.deepEqual(lossPieces({ loss: null }, epochs), { figure: "7.79", from: "epoch 45" });
  assert.deepEqual(lossPieces({ loss: 7 }, epochs), { figure: "7", from: "" });
  assert.deepEqual(lossPieces({}, []), { figure: "–", from: "" });
});

test("shareWord: whole percents, a dash where a measure is withheld", () => {
  assert.deepEqual([0.966, 1, 0, null, undefined].map(shareWord), ["97 %", "100 %", "0 %", "–", "–"]);
});

test("accuracy is told beside what it was before the run", () => {
  const metrics = { held_out_accuracy: 0.2011, held_out_known: 300 };
  const before = { ...RUN, number: 13, line_place: 1, metrics }; // a variant of before that is the map again
  const off = { ...RUN, number: 11, on_line: false, line_place: null, metrics: { ...metrics, held_out_accuracy: 0.9 } };
  assert.equal(wasOf(RUN, [before, off, RUN]), "was 20.1 %");
  assert.equal(wasOf(RUN, [{ ...before, metrics: null }, RUN]), "");
  assert.equal(wasOf(before, [before, RUN]), "");
  const forgone = { ...RUN, number: 14, state: "stopped", last_epoch: -1, line_place: 1.5, metrics: null };
  assert.equal(wasOf(RUN, [before, forgone, RUN]), "was 20.1 %", "not of one that never began");
});

test("the top bar says when a run waits, learns, or lost its worker", () => {
  assert.equal(topWords({ ...RUN, state: "queued" }), "Run 12 waits");
  assert.equal(topWords(RUN), "Run 12 · epoch 7 of 12");
  assert.equal(topWords({ ...RUN, is_late: true }), "Run 12 · worker lost");
});

const PARTS = ["title", "state", "left", "progress", "bar", "epoch", "pace", "loss", "loss-curve", "accuracy", "accuracy-curve", "alarm", "alarm-words", "alarm-undo", "go-on", "next", "next-words", "next-back", "error",
  ...["trust", "agreement", "stability"].flatMap((name) => [name, `${name}-bar`])].map((each) => `run-${each}`);

test("Undo of a collapse is about the Update that collapsed, and goes once something newer would be taken back", () => {
  const root = pageOf({ ...Object.fromEntries(PARTS.map((id) => [id, ""])), stop: "words", update: "" });
  Object.assign(root.querySelector("#run-alarm").dataset, { limits: JSON.stringify([{ class_weight: 0, may_above: 1, will_from: null }]), leastSpread: "0.05" });
  const blob = { ...RUN, state: "finished", config: { beta_kl: 9, beta_classifier: 1 }, metrics: { active_units: 0, spread: 0 } };
  const state = createState({ server: null, stopping: [], isAsking: false, indexed: 0 });
  const undone = [];
  mountRunPanel({ state, player: { trackOf: () => [] }, actions: { undoOf: (seq) => undone.push(seq) }, keys: { register: () => () => {} }, root });
  const server = (undo) => ({ server: { runs: [blob], project: { archived: false }, undo } });
  const button = root.querySelector("#run-alarm-undo");
  state.set(server({ seq: 5, run_id: "r" }));
  assert.equal(button.hidden, false);
  button.click();
  state.set(server({ seq: 6, run_id: null }));
  assert.deepEqual([button.hidden, undone], [true, [5]]);
});

test("accuracy by labels stands beside accuracy only where the run tells it", () => {
  const root = pageOf({ ...Object.fromEntries(PARTS.map((id) => [id, ""])), stop: "words", update: "" });
  Object.assign(root.querySelector("#run-alarm").dataset, { limits: "[]", leastSpread: "0.05" });
  const state = createState({ server: null, stopping: [], isAsking: false, indexed: 0 });
  mountRunPanel({ state, player: { trackOf: () => [] }, actions: {}, keys: { register: () => () => {} }, root });
  const metrics = { held_out_accuracy: 0.968, held_out_known: 359 };
  const shown = (more) => {
    state.set({ server: { runs: [{ ...RUN, state: "finished", config: {}, metrics: { ...metrics, ...more } }], project: { archived: false }, undo: null } });
    return root.querySelector("#run-accuracy");
  };
  assert.match(shown({ held_out_by_label: 0.65, held_out_contradicted: 62 }).textContent, /^96\.8 %.*by labels 65\.0 %$/);
  assert.match(root.querySelector("#run-accuracy").children.at(-1).getAttribute("title"), /62 held-out samples are named against them/);
  for (const more of [{}, { held_out_by_label: null, held_out_contradicted: 0 }]) assert.doesNotMatch(shown(more).textContent, /labels/);
});

test("an Update that waits for the run shown has a line, and can be taken back there", () => {
  const root = pageOf({ ...Object.fromEntries(PARTS.map((id) => [id, ""])), stop: "words", update: "" });
  Object.assign(root.querySelector("#run-alarm").dataset, { limits: "[]", leastSpread: "0.05" });
  const state = createState({ server: null, stopping: [], isAsking: false, indexed: 0 });
  const stopped = [];
  mountRunPanel({ state, player: { trackOf: () => [] }, actions: { stop: (run) => stopped.push(run.run_id) }, keys: { register: () => () => {} }, root });
  const pretraining = { ...RUN, run_id: "p", number: 0, kind: "pretrain", config: {}, metrics: {} };
  const waiting = { ...RUN, number: 1, state: "queued", last_epoch: -1, config: {}, metrics: {} };
  const show = (...runs) => state.set({ server: { runs, project: { archived: false }, undo: null } });
  const line = root.querySelector("#run-next");
  show(pretraining, waiting);
  assert.deepEqual([line.hidden, root.querySelector("#run-next-words").textContent], [false, "Run 1 waits, begins after pretraining"]);
  const back = root.querySelector("#run-next-back");
  back.focus();
  back.click();
  assert.deepEqual(stopped, ["r"]);
  state.set({ stopping: ["r"] });
  assert.deepEqual([back.textContent, back.getAttribute("aria-disabled"), root.querySelector("#stop").disabled], ["Taking back", "true", false]);
  show(pretraining, { ...waiting, state: "stopped" });
  assert.deepEqual([line.hidden, document.activeElement.id], [true, "update"], "the focus is not lost with the line");
  show({ ...pretraining, state: "finished" }, { ...waiting, state: "running" });
  assert.equal(line.hidden, true);
});
