// When the page asks for the state: as the bell of its room rings, or by itself.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { asks, RUN, stage } from "./sync_stage.mjs";

test("bell: news is asked for at once, and while it rings the page seldom asks by itself", async () => {
  const { sync, told, answers, pass } = stage();
  await sync.tick();
  answers.state = { digest: "d2", seq: 1, runs: [] };
  await sync.ring();
  assert.equal(asks(told), 2);
  answers.state = { unchanged: true };
  for (let i = 0; i < 8; i += 1) { pass(500); await sync.tick(); }
  assert.equal(asks(told), 2);
  for (let i = 0; i < 2; i += 1) { pass(500); await sync.tick(); }
  assert.equal(asks(told), 3);
});

test("bell: one that did not ring for a change is not trusted until it rings again", async () => {
  const { sync, told, answers, pass } = stage();
  await sync.ring();
  answers.state = { digest: "d2", seq: 1, runs: [] };
  pass(5000);
  await sync.tick();
  answers.state = { unchanged: true };
  for (let i = 0; i < 4; i += 1) { pass(500); await sync.tick(); }
  assert.equal(asks(told), 6);
  await sync.ring();
  for (let i = 0; i < 4; i += 1) { pass(500); await sync.tick(); }
  assert.equal(asks(told), 7);
});

test("bell: a run that learns is watched as closely as without one; a lost connection is tried each second", async () => {
  const { sync, told, answers, state, pass } = stage({ runs: [RUN] });
  await sync.ring();
  answers.state = { unchanged: true };
  for (let i = 0; i < 5; i += 1) { pass(100); await sync.tick(); }
  assert.equal(asks(told), 2);
  state.set({ connection: "lost" });
  for (let i = 0; i < 10; i += 1) { pass(100); await sync.tick(); }
  assert.equal(asks(told), 3);
});

test("bell: what comes while the page is asking is asked for once more, and what nobody sees waits for the tick", async () => {
  const { sync, told, answers, hide } = stage();
  const first = sync.tick();
  answers.state = { digest: "d2", seq: 1, runs: [] };
  await Promise.all([first, sync.ring(), sync.ring()]);
  assert.equal(asks(told), 2);
  hide(true);
  sync.ring();
  assert.equal(asks(told), 2);
  await sync.tick();
  assert.equal(asks(told), 3);
});

test("bell: one that is cut off, or whose server is lost, is not waited for", async () => {
  const { sync, told, api, answers, pass } = stage();
  await sync.ring();
  sync.cut();
  pass(500);
  await sync.tick();
  assert.equal(asks(told), 2);
  await sync.ring();
  const { state } = api;
  api.state = () => Promise.reject(new ApiError({ message: "Connection lost." }));
  pass(5000);
  await sync.tick();
  api.state = state;
  answers.state = { unchanged: true };
  pass(500);
  await sync.tick();
  assert.equal(asks(told), 4);
});

test("an own gesture: the bell tells of it; where there is none, or it is silent, the page asks", async () => {
  const { sync, told, answers, pass } = stage();
  await sync.tick();
  await sync.expect();
  assert.equal(asks(told), 2);
  await sync.ring();
  sync.expect();
  await sync.tick();
  assert.equal(asks(told), 3);
  answers.state = { digest: "d2", seq: 1, runs: [] };
  pass(500);
  await sync.tick();
  assert.equal(asks(told), 4);
  await sync.expect();
  assert.equal(asks(told), 5);
});

test("bell: one that was heard and not answered is asked for again soon", async () => {
  const { sync, told, answers, api, pass } = stage();
  await sync.ring();
  const before = asks(told);
  const { state } = api;
  api.state = async () => { throw new ApiError({ message: "The database is busy.", code: "busy", status: 500 }); };
  await sync.ring();
  api.state = state;
  answers.state = { digest: "d9", seq: 1, runs: [] };
  pass(500);
  await sync.tick();
  assert.equal(asks(told), before + 1);
  assert.equal(told.errors.length, 1);
});

test("bell: a page whose machine has slept asks at once, though its clock stood still, and trusts no bell", async () => {
  const { sync, told, answers, hide, pass, wake, outbox } = stage();
  await sync.ring();
  answers.state = { unchanged: true };
  outbox.count = () => 1;
  wake();
  await new Promise((done) => { setImmediate(done); });
  assert.deepEqual([asks(told), told.flushed], [2, 1]);
  pass(500);
  await sync.tick();
  assert.equal(asks(told), 3);
  hide(true);
  wake();
  assert.equal(asks(told), 3);
  await sync.tick();
  assert.equal(asks(told), 4);
  hide(false);
  sync.stop();
  wake();
  assert.equal(asks(told), 4);
});
