// Which frame leads a map that is followed live.

import assert from "node:assert/strict";
import { test } from "node:test";

import { leadOf } from "../../../assets/motion/following.mjs";
import { createKnownLine } from "../../../assets/motion/known_line.mjs";

const run = (runId, number, state, kind = "fine_tune") => ({ run_id: runId, number, kind, state, num_epochs: 5, last_epoch: state === "queued" ? -1 : 2, on_line: true, line_place: number });
const listed = (n) => ({ n, attempt: 1, epoch: n, is_snapshot: true });

function lineOf(runs, tracks) {
  const line = createKnownLine();
  line.setRuns(runs);
  for (const [runId, track] of Object.entries(tracks)) line.add(runId, track);
  return line;
}

const told = (lead) => lead && [lead.at.runId, lead.at.n, lead.at.pos, lead.ease, lead.isBeginning];

test("the newest frame of the run that moves leads, before the head and a run that waits behind it", () => {
  const line = lineOf([run("a", 0, "finished"), run("b", 1, "running"), run("c", 2, "queued")], { a: [listed(2)], b: [listed(0), listed(1)] });
  assert.deepEqual(told(leadOf(line, { run_id: "a", attempt: 1, n: 2, epoch: 2 }, false)), ["b", 1, 3, "linear", false]);
});

test("a map that is forming is first shown as it began", () => {
  const line = lineOf([run("a", 0, "running", "pretrain")], { a: [listed(0), listed(1)] });
  assert.deepEqual([true, false].map((isFirst) => told(leadOf(line, null, isFirst))), [["a", 0, 0, "linear", true], ["a", 1, 1, "linear", false]]);
});

test("where nothing moves the head leads, listed or not; without one the newest frame, or nothing", () => {
  const runs = [run("a", 0, "finished"), run("b", 1, "finished")];
  assert.deepEqual(told(leadOf(lineOf(runs, {}), { run_id: "b", attempt: 2, n: 7, epoch: 1 }, true)), ["b", 7, 3, "out", false]);
  assert.deepEqual(told(leadOf(lineOf(runs, { a: [listed(2)] }), null, true)), ["a", 2, 2, "out", false]);
  assert.equal(leadOf(lineOf(runs, {}), null, true), null);
});
