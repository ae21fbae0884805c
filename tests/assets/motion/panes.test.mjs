import assert from "node:assert/strict";
import { test } from "node:test";

import { hasResult, isHeld, learnedSeq, nextBase, nextHeld, paneOf, teachingRun, wornOf } from "../../../assets/motion/panes.mjs";

const run = (number, state, kind = "fine_tune") => ({ run_id: `r${number}`, number, state, kind, on_line: true, seq: 10 * number });
const shown = (runId, n = 1) => ({ runId, n, embedding: new Float32Array(2) });
const live = { mode: "live" };

test("each window's points wear what the network said of its own map", () => {
  const worn = (nth) => ({ look: {}, mark: new Uint8Array(1), classOf: Int16Array.of(nth), slotOf: [3], counts: new Map([[nth, 1]]), prediction: Int16Array.of(nth), opinion: {} });
  const [edit, ofEdit, ofResult] = [shown("r0"), worn(0), worn(1)];
  const value = { picture: edit, shown: shown("r1"), ...ofResult, editLook: ofEdit };
  assert.deepEqual([wornOf(value), wornOf(value, true)], [ofEdit, ofResult]);
  assert.deepEqual(wornOf({ ...value, picture: value.shown }), ofResult);
  assert.deepEqual(wornOf({ ...value, editLook: null }), ofResult);
});

test("at rest Edit stands on the newest map", () => {
  const newest = shown("r1");
  assert.equal(nextBase({ base: shown("r0"), shown: newest, playback: live, server: { runs: [run(1, "finished")] } }), newest);
});

test("while an Update learns Edit holds still", () => {
  const base = shown("r0");
  const server = { runs: [run(0, "finished", "pretrain"), run(1, "running")] };
  assert.equal(nextBase({ base, shown: shown("r1"), playback: live, server }), base);
});

test("opened in the middle of an Update, Edit asks for what was before it", () => {
  const server = { runs: [run(1, "running")] };
  assert.equal(nextBase({ base: null, shown: shown("r1"), playback: live, server }), null);
  assert.equal(nextBase({ base: shown("r1"), shown: shown("r1", 2), playback: live, server }), null);
});

test("when an Update has ended Edit is held before it, until somebody lets go or the map is another", () => {
  const [base, newest] = [shown("r0"), shown("r1", 9)];
  const teaching = { runs: [run(0, "finished", "pretrain"), run(1, "running")] };
  const ended = { runs: [run(0, "finished", "pretrain"), run(1, "finished")], head: { run_id: "r1" } };
  const held = nextHeld({ held: null, shown: newest, playback: live, server: teaching });
  assert.equal(held, "r1");
  const value = { base, shown: newest, playback: live, server: ended, held };
  assert.deepEqual([nextHeld(value), nextBase(value), isHeld(value)], ["r1", base, true]);
  assert.deepEqual([nextHeld({ ...value, shown: base }), nextBase({ ...value, shown: base })], ["r1", base], "scrubbing, and back to the newest");
  assert.deepEqual([nextHeld({ ...value, held: null }), nextBase({ ...value, held: null })], [null, newest]);
  assert.equal(nextHeld({ ...value, server: { ...ended, head: { run_id: "r0" } } }), null, "taken back");
  assert.equal(isHeld({ ...value, server: teaching }), false, "while it learns nothing is to be let go");
  assert.equal(isHeld({ ...value, base: newest }), false);
});

test("a failed Update that brought no map holds nothing", () => {
  const server = { runs: [run(0, "finished", "pretrain"), run(1, "failed")], head: { run_id: "r0" } };
  assert.equal(nextHeld({ held: "r1", shown: shown("r0"), server }), null);
});

test("scrubbing moves Result alone", () => {
  const base = shown("r1");
  assert.equal(nextBase({ base, shown: shown("r0"), playback: { mode: "paused" }, server: { runs: [] } }), base);
});

test("a map that forms is worked on as it is", () => {
  const now = shown("r0", 5);
  assert.equal(nextBase({ base: shown("r0", 4), shown: now, playback: live, server: { runs: [run(0, "running", "pretrain")] } }), now);
});

test("one window turns to what moves", () => {
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "finished")] } }), "edit");
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "finished")] }, held: "r1" }), "result");
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "queued")] } }), "edit");
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "stopping")] } }), "result");
  assert.equal(paneOf({ playback: { mode: "replay" }, server: { runs: [] } }), "result");
});

test("runs say what they learned from, and whether there is a result", () => {
  const runs = [run(0, "finished", "pretrain"), run(1, "running")];
  assert.equal(learnedSeq(runs, "r1"), 10);
  assert.equal(learnedSeq(runs, "gone"), 0);
  assert.equal(learnedSeq([{ ...runs[0], seq: 7 }], "r0"), 0, "a pretraining hears nothing");
  assert.equal(hasResult(runs), true);
  assert.equal(hasResult(runs.slice(0, 1)), false);
  assert.equal(hasResult([runs[0], { ...runs[1], state: "queued", last_epoch: -1 }]), false, "it only waits");
  assert.equal(teachingRun(runs).run_id, "r1");
  assert.equal(teachingRun([{ ...run(2, "running"), on_line: false }]), null);
});
