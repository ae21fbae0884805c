import assert from "node:assert/strict";
import { test } from "node:test";

import { flippable, mountFlipping } from "../../../assets/motion/flipping.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const run = (number, state, kind = "fine_tune") => ({ run_id: `r${number}`, number, state, kind, on_line: true });
const server = (...runs) => ({ runs, head: { run_id: runs.at(-1).run_id } });

test("what was before is told of the last Update that brought a map", () => {
  assert.equal(flippable(server(run(0, "finished", "pretrain"))), null);
  assert.equal(flippable(server(run(0, "finished", "pretrain"), run(1, "running"))), null);
  assert.equal(flippable(server(run(0, "finished", "pretrain"), run(1, "stopped"))).run_id, "r1");
  assert.equal(flippable({ runs: [], head: null }), null);
});

/** A page with one window, whose button and keys are held by the test. */
function page(value) {
  const on = {};
  const button = { hidden: true, setAttribute: () => {}, addEventListener: (kind, heard) => { on[`button ${kind}`] = heard; } };
  globalThis.document = { addEventListener: (kind, heard) => { on[kind] = heard; }, removeEventListener: () => {} };
  globalThis.addEventListener = globalThis.removeEventListener = () => {};
  const state = createState({ server: null, isSplit: false, held: null, base: null, peek: null, edit: null, latentDim: 2 });
  const asked = [];
  const player = { loadBefore: (runId) => new Promise((answer) => { asked.push({ runId, answer }); }) };
  const keys = { register: (_, { run: press, when }) => { Object.assign(on, { press, when }); return () => {}; } };
  mountFlipping({ state, player, keys, root: { querySelector: () => button } });
  state.set(value);
  return { on, button, state, asked };
}

const before = { runId: "r0", n: 4, embedding: new Float32Array(2), prediction: null };
const settled = () => new Promise((done) => { setImmediate(done); });

test("the map before is shown while the key is held, and not if it comes after", async () => {
  const { on, state, asked, button } = page({ server: server(run(0, "finished", "pretrain"), run(1, "finished")) });
  assert.equal(button.hidden, false);
  on.press();
  on.press(); // a second press of what is held already
  asked[0].answer(before);
  await settled();
  assert.deepEqual([asked.length, state.get().peek.n], [1, 4]);
  on.keyup({ key: "e" });
  assert.equal(state.get().peek, null);
  on.press();
  on.keyup({ key: "e" });
  asked[1].answer(before);
  await settled();
  assert.equal(state.get().peek, null);
});

test("where Edit is held, what is shown is what Edit had; beside it nothing is offered", async () => {
  const edit = { ...before, embedding: new Float32Array(2) };
  const { on, state, asked, button } = page({ server: server(run(0, "finished", "pretrain"), run(1, "finished")), held: "r1", base: before, edit });
  on["button pointerdown"]();
  await settled();
  assert.deepEqual([asked.length, state.get().peek], [0, edit]);
  on.pointerup();
  state.set({ isSplit: true });
  assert.deepEqual([state.get().peek, button.hidden], [null, true]);
});
