import assert from "node:assert/strict";
import { test } from "node:test";

import { mountBar, offlineWords, workerWords } from "../../../assets/teaching/bar.mjs";
import { createState } from "../../../assets/parts/state.mjs";

/** A bar over a state that can be set, with a clock the test moves on. */
function stage({ timers }) {
  timers.enable({ apis: ["setTimeout"] });
  const bar = { hidden: true, textContent: "" };
  const state = createState({ connection: "ok", waiting: 0, server: null });
  const stop = mountBar({ state, root: { querySelector: () => bar }, patienceMs: 5000 });
  return { bar, state, stop };
}
const worker = (state, message) => ({ server: { project: { archived: false }, worker: { state, message } } });

test("words: what waits, who is missing, what failed; nothing when all is well", () => {
  assert.match(offlineWords(0), /sent when it is back\.$/);
  assert.match(offlineWords(2), /2 wait\.$/);
  assert.match(workerWords(null), /^No worker is connected\./);
  assert.match(workerWords({ state: "absent" }), /^No worker is connected\./);
  assert.equal(workerWords({ state: "failed", message: "No CUDA here." }), "No CUDA here.");
  assert.match(workerWords({ state: "failed" }), /could not start/);
  assert.equal(workerWords({ state: "ready", message: "The queue is offline." }), "The queue is offline.");
  assert.deepEqual(["starting", "ready", "busy"].map((state) => workerWords({ state })), ["", "", ""]);
});

test("a worker may be silent for a moment, then the bar says so, and goes when one is back", ({ mock }) => {
  const { bar, state } = stage(mock);
  state.set(worker("absent"));
  mock.timers.tick(4999);
  assert.ok(bar.hidden);
  mock.timers.tick(1);
  assert.ok(!bar.hidden);
  assert.match(bar.textContent, /No worker/);
  state.set(worker("ready"));
  assert.ok(bar.hidden);
  state.set(worker("absent"));
  assert.ok(bar.hidden);
});

test("an archived project says that it is only to be looked at", ({ mock }) => {
  const { bar, state } = stage(mock);
  const server = { project: { archived: true }, worker: { state: "absent" } };
  state.set({ server });
  assert.match(bar.textContent, /^This project is archived/);
  state.set({ server: { ...server, project: { archived: false }, worker: { state: "ready" } } });
  assert.ok(bar.hidden);
});

test("a failed worker and a lost connection are said at once; the connection first", ({ mock }) => {
  const { bar, state } = stage(mock);
  state.set(worker("failed", "No CUDA here."));
  assert.equal(bar.textContent, "No CUDA here.");
  state.set({ connection: "lost", waiting: 1 });
  assert.equal(bar.textContent, offlineWords(1));
});
