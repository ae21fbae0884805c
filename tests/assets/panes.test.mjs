import assert from "node:assert/strict";
import { test } from "node:test";

import { hasResult, learnedSeq, nextBase, paneOf, teachingRun } from "../../assets/panes.mjs";

const run = (number, state, kind = "fine_tune") => ({ run_id: `r${number}`, number, state, kind, on_line: true, seq: 10 * number });
const shown = (runId, n = 1) => ({ runId, n, embedding: new Float32Array(2) });
const live = { mode: "live" };

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
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "queued")] } }), "edit");
  assert.equal(paneOf({ playback: live, server: { runs: [run(1, "stopping")] } }), "result");
  assert.equal(paneOf({ playback: { mode: "replay" }, server: { runs: [] } }), "result");
});

test("runs say what they learned from, and whether there is a result", () => {
  const runs = [run(0, "finished", "pretrain"), run(1, "running")];
  assert.equal(learnedSeq(runs, "r1"), 10);
  assert.equal(learnedSeq(runs, "gone"), 0);
  assert.equal(hasResult(runs), true);
  assert.equal(hasResult(runs.slice(0, 1)), false);
  assert.equal(teachingRun(runs).run_id, "r1");
  assert.equal(teachingRun([{ ...run(2, "running"), on_line: false }]), null);
});
