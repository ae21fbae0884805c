import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { takeSelection } from "../../../assets/shell/handover.mjs";
import { needOfKey } from "../../../assets/shell/rights.mjs";
import { mountCommenting } from "../../../assets/teaching/commenting.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

/** The bar under a selection; `told` has where it led. */
function stage(...ids) {
  const root = pageOf({ "selection-bar": "btn" });
  const told = [];
  const bound = new Map();
  globalThis.history = { pushState: (_state, _title, href) => told.push(href) };
  globalThis.dispatchEvent = ({ type }) => told.push(type);
  const state = createState({ selection: { ids: Uint32Array.from(ids), snapshot: { runId: "r", n: 2 } }, server: { project: { project_id: "p" } } });
  const keys = { register(spec, entry) { bound.set(spec, entry); return () => bound.delete(spec); } };
  const stop = mountCommenting({ state, keys, root });
  return { root, state, told, bound, stop, button: buttonOf(root, "Comment") };
}

test("a comment begins with the selection on the Review page of the project, by button or key", () => {
  const { button, bound, told, stop } = stage(40, 3, 7);
  button.click();
  const { ids, snapshot } = takeSelection("review", "p");
  assert.deepEqual([...ids], [3, 7, 40]);
  assert.deepEqual(snapshot, { runId: "r", n: 2 }, "the map that it was drawn on");
  bound.get("shift+c").run();
  assert.deepEqual([...takeSelection("review", "p").ids], [3, 7, 40]);
  const gone = ["/review?project=p", "_dashprivate_pushstate"];
  assert.deepEqual(told, [...gone, ...gone], "as by the rail: what is on its way to the server goes on");
  stop();
  assert.equal(bound.size, 0);
});

test("the button stands before what clears the selection; its key acts only where something is selected", () => {
  const { root, state, bound } = stage(1);
  assert.deepEqual(root.querySelector("#selection-bar").children.map((each) => each.id), ["selection-comment", ""]);
  const entry = bound.get("shift+c");
  assert.equal(entry.when(), true);
  state.set({ selection: { ids: new Uint32Array(0) } });
  assert.equal(entry.when(), false);
  assert.equal(needOfKey(entry), "annotator");
});
