import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountNoMap } from "../../../assets/review/nomap.mjs";

const LOST = "The graphics card was lost; the map comes back in a moment";
const NONE = "/?project=p: Open it on the Map page: the map forms itself there, and its history begins.";

/** The place of the map of a project at one step; `told` is what it was made to show. */
function stage({ head = { run_id: "r", epoch: 1 } } = {}) {
  const told = [];
  const cover = { opening: (words) => told.push(words), noMap: (words, { href }) => told.push(`${href}: ${words}`), clear: () => told.push("clear") };
  const state = createState({ projectId: "p", shown: null, isCardLost: false, chosen: null, history: { steps: [{ step_id: "s", head }], here: "s" } });
  const stop = mountNoMap({ state, cover, acts: { stepNow: () => state.get().history.steps[0] } });
  return { state, told, stop };
}

test("a lost graphics card is told in the map's place, also past pictures that nobody can draw yet, until it is back", () => {
  const { state, told, stop } = stage();
  state.set({ shown: { n: 1 } });
  state.set({ isCardLost: true });
  state.set({ shown: { n: 2 } });
  state.set({ isCardLost: false });
  stop();
  state.set({ isCardLost: true });
  assert.deepEqual(told, ["Opening the history", "clear", LOST, "clear"]);
});

test("a project without a map says so, after a lost card too, and makes way for its first step that has one", () => {
  const { state, told } = stage({ head: null });
  state.set({ isCardLost: true });
  state.set({ isCardLost: false });
  state.set({ history: { steps: [{ step_id: "s", head: null }], here: "s" } });
  state.set({ history: { steps: [{ step_id: "t", head: { run_id: "r", epoch: 1 } }], here: "t" } });
  state.set({ shown: { n: 1 } });
  assert.deepEqual(told, [NONE, LOST, NONE, "Opening the history", "clear"]);
});
