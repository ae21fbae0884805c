import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY } from "../../../assets/parts/selection.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { mountComments } from "../../../assets/review/comments.mjs";
import { mountSelected, takeHanded } from "../../../assets/review/selected.mjs";
import { takeTo } from "../../../assets/shell/handover.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

/** The bar and the list of comments of a project without any. */
function stage() {
  globalThis.history = { pushState() {} };
  globalThis.dispatchEvent = () => {};
  const root = pageOf({ "review-selection": "", "comment-list": "", "tab-comments": "chip" });
  const state = createState({
    projectId: "p", tab: "log", sample: 5, ring: 5, comments: null, latest: { classes: [], runs: [] }, dataset: { num_samples: 60 },
    history: { steps: [] }, thread: null, chosen: null, themeCount: 0, latentDim: 2, selection: EMPTY, shown: null, classOf: null,
  });
  const shared = { state, root, reviews: {}, dress() {}, acts: { stepNow: () => null }, stage: {}, refresh: async () => {}, onError: assert.fail, onReadError: assert.fail };
  mountComments(shared);
  mountSelected(shared);
  return { root, state, shared };
}

const focused = () => document.activeElement?.dataset.draft;

test("what the Map handed over is selected, and a comment on it is begun, once", () => {
  const { root, state, shared } = stage();
  takeTo("review", "p", Uint32Array.of(40, 3, 7), { runId: "r", n: 2 });
  takeHanded(shared);
  const { ids, ...drawn } = state.get().selection;
  assert.deepEqual([[...ids], drawn], [[3, 7, 40], { region: null, snapshot: { runId: "r", n: 2 } }]);
  assert.deepEqual([state.get().tab, focused()], ["comments", "new"]);
  assert.match(root.querySelector("#comment-list").textContent, /About3 samples/);
  assert.equal(root.querySelector("#review-selection").hidden, false);
  state.set({ comments: [], tab: "log" });
  assert.equal(focused(), "new", "the comments are read, and what is typed goes on");
  takeHanded(shared);
  assert.equal(state.get().tab, "log");
});

test("where nothing was handed over the page stays as it is", () => {
  const { state, shared } = stage();
  takeTo("map", "p", Uint32Array.of(3));
  takeHanded(shared);
  assert.deepEqual([state.get().tab, state.get().selection, focused()], ["log", EMPTY, undefined]);
});

test("the bar's own Comment begins one too", () => {
  const { root, state } = stage();
  state.set({ selection: { ...EMPTY, ids: Uint32Array.of(1, 2) } });
  buttonOf(root.querySelector("#review-selection"), "Comment").click();
  assert.deepEqual([state.get().tab, focused()], ["comments", "new"]);
});
