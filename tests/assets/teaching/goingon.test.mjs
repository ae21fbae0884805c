import assert from "node:assert/strict";
import { test } from "node:test";

import { resumable } from "../../../assets/teaching/goingon.mjs";

const first = { run_id: "p", number: 0, kind: "pretrain", state: "stopped", on_line: true, last_epoch: 3, num_epochs: 9 };
const update = { run_id: "u", number: 1, kind: "fine_tune", state: "finished", on_line: true, last_epoch: 2, num_epochs: 2 };
const server = (...runs) => ({ runs, project: { archived: false } });

test("a pretraining that was stopped on its way may go on", () => {
  assert.equal(resumable(server(first)), first);
  assert.equal(resumable(server({ ...first, last_epoch: 0 })).last_epoch, 0);
  assert.equal(resumable(server(first, { ...update, on_line: false }))?.run_id, "p");
});

test("an Update that was taken back before it began has built on nothing", () => {
  const forgone = { ...update, state: "stopped", last_epoch: -1 };
  assert.equal(resumable(server(first, forgone)), first);
  assert.equal(resumable(server(first, { ...forgone, state: "failed" })), first);
  assert.equal(resumable(server(first, { ...forgone, state: "queued" })), null);
});

test("not one that ended, had not begun, is live, was built on, or lies in an archive", () => {
  for (const more of [{ state: "finished" }, { last_epoch: 9 }, { last_epoch: -1 }, { state: "running" }]) assert.equal(resumable(server({ ...first, ...more })), null);
  assert.equal(resumable(server(first, update)), null);
  assert.equal(resumable({ ...server(first), project: { archived: true } }), null);
  assert.equal(resumable(null), null);
});
