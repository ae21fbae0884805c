import assert from "node:assert/strict";
import { test } from "node:test";

import { noteOf, stepOf } from "../../../assets/mappage/hints.mjs";

const run = (more = {}) => ({ kind: "pretrain", number: 0, on_line: true, state: "running", last_epoch: 2, num_epochs: 60, ...more });

test("stepOf: one step a named class, then the Update, then done", () => {
  assert.deepEqual([stepOf(0, false), stepOf(1, false), stepOf(5, false), stepOf(1, true)], [0, 1, 2, 3]);
});

test("noteOf: while the first map forms there is no cluster to lasso yet", () => {
  assert.match(noteOf([run()]).words, /forming itself, epoch 3 of 60/);
  assert.match(noteOf([run({ state: "queued", last_epoch: -1 })]).words, /in a moment/);
  assert.equal(noteOf([run({ state: "finished", last_epoch: 60 })]), null);
  assert.equal(noteOf([run({ state: "stopped", last_epoch: 9 })]), null);
  assert.equal(noteOf([]), null);
});

test("noteOf: a map stopped at epoch 0 can be formed again, unless somebody has taught it since", () => {
  const stopped = run({ state: "stopped", last_epoch: 0 });
  assert.equal(noteOf([stopped]).canForm, true);
  assert.equal(noteOf([stopped, run({ kind: "fine_tune", number: 1, state: "finished" })]), null);
  const again = run({ state: "running", last_epoch: 0 });
  assert.equal(noteOf([{ ...stopped, on_line: false }, again]).canForm, false);
});
