import assert from "node:assert/strict";
import { test } from "node:test";

import { epochOf, hasBegun, isForgone, lossOf, runToShow, runToWatch, runWaiting, titleOf } from "../../../assets/parts/runstates.mjs";

const RUN = { run_id: "r", number: 12, kind: "fine_tune", state: "running", last_epoch: 6, num_epochs: 12, on_line: true, line_place: 2 };

test("a run's title, and the epoch it is in", () => {
  assert.equal(titleOf(RUN), "Run 12");
  assert.equal(titleOf({ ...RUN, kind: "pretrain" }), "Pretraining");
  assert.equal(epochOf(RUN), 7);
  assert.equal(epochOf({ ...RUN, last_epoch: 12 }), 12);
});

test("runToShow: the one that learns, else the newest on the line", () => {
  const older = { ...RUN, run_id: "o", number: 11, line_place: 1, state: "finished" };
  const undone = { ...RUN, run_id: "u", number: 13, state: "finished", on_line: false };
  assert.equal(runToShow([RUN, older, undone]).run_id, "r");
  assert.equal(runToShow([{ ...RUN, state: "finished" }, older, undone]).run_id, "r");
  assert.equal(runToShow([{ ...RUN, state: "finished" }, { ...older, line_place: 3 }]).run_id, "o", "it is the map again");
  assert.equal(runToShow([]), null);
});

test("runToWatch: the one that learns before those that wait; none when all have ended", () => {
  const queued = { run_id: "q", state: "queued", on_line: true };
  assert.equal(runToWatch([queued, RUN]).run_id, "r");
  assert.equal(runToWatch([queued]).run_id, "q");
  assert.equal(runToWatch([{ ...RUN, state: "finished" }]), null);
  assert.equal(runToWatch(undefined), null);
});

test("lossOf: three digits that matter", () => {
  assert.deepEqual([null, 0.41249, 26.123, 12345.6].map(lossOf), ["–", "0.412", "26.1", "12,346"]);
});

const FORGONE = { ...RUN, run_id: "f", number: 13, state: "stopped", last_epoch: -1, line_place: 3 };

test("an Update that was taken back before its first epoch is none to show; a pretraining may be formed again", () => {
  assert.deepEqual([RUN, FORGONE, { ...FORGONE, state: "queued" }, { ...FORGONE, state: "running" }].map(hasBegun), [true, false, false, true]);
  assert.deepEqual([FORGONE, { ...FORGONE, kind: "pretrain" }, { ...FORGONE, state: "failed" }, { ...FORGONE, last_epoch: 0 }].map(isForgone), [true, false, false, false]);
  assert.equal(runToShow([{ ...RUN, state: "finished" }, FORGONE]).run_id, "r");
  assert.equal(runToShow([FORGONE]), null);
});

test("runWaiting: the first that waits beside the run shown", () => {
  const waiting = { ...FORGONE, state: "queued" };
  assert.equal(runWaiting([RUN, { ...waiting, run_id: "later", number: 14 }, waiting]).run_id, "f");
  assert.equal(runWaiting([waiting]), null, "it is the one shown");
  assert.equal(runWaiting([RUN, FORGONE]), null);
});
