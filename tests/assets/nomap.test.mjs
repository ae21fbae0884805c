import assert from "node:assert/strict";
import { test } from "node:test";

import { mountNoMap, whyNoMap } from "../../assets/nomap.mjs";
import { createState } from "../../assets/state.mjs";

const run = (state, kind = "pretrain") => ({ run_id: state, kind, state });
const HEAD = { run_id: "a", epoch: 1 };

test("whyNoMap: only when nothing was drawn and nothing is under way", () => {
  assert.match(whyNoMap({ head: null, runs: [run("stopped")] }), /stopped before/);
  assert.match(whyNoMap({ head: null, runs: [run("stopped"), run("failed")] }), /failed before/);
  assert.equal(whyNoMap({ head: null, runs: [] }), "");
  assert.equal(whyNoMap({ head: null, runs: [run("failed"), run("queued")] }), "");
  assert.equal(whyNoMap({ head: HEAD, runs: [run("stopped")] }), "");
});

test("the cover says why and offers the map again; it is asked for once and makes way", () => {
  const told = [];
  const cover = { noMap: (why, again) => { told.push(why); again(); }, opening: (words) => told.push(words) };
  const state = createState({ server: null, shown: null });
  mountNoMap({ state, cover, actions: { formAgain: () => told.push("again") } });
  state.set({ server: { head: null, runs: [run("stopped")] } });
  state.set({ server: { head: null, runs: [run("stopped")], seq: 2 } });
  state.set({ server: { head: null, runs: [run("stopped"), run("queued")] } });
  assert.deepEqual(told, ["Its first pretraining was stopped before it had drawn anything.", "again", "The map is about to form itself"]);
});
