import assert from "node:assert/strict";
import { test } from "node:test";

import { mountHints, noteOf, stepOf } from "../../../assets/mappage/hints.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

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
  assert.equal(noteOf([stopped, run({ kind: "fine_tune", number: 1, state: "stopped", last_epoch: -1 })]).canForm, true, "one that never began has not");
  const again = run({ state: "running", last_epoch: 0 });
  assert.equal(noteOf([{ ...stopped, on_line: false }, again]).canForm, false);
});

/** The hints of a formed map with these classes; what each step says. */
function hintsOf(...names) {
  const root = pageOf(["hints"]);
  const classes = (each) => each.map((name, index) => ({ class_index: index, name, merged_into: null }));
  const state = createState({ server: { runs: [run({ state: "finished", last_epoch: 60 })] }, shown: null, named: new Int16Array(9).fill(-1), classes: classes(names) });
  mountHints({ state, map: { makeRoom() {} }, actions: {}, root, storage: { getItem: () => null, setItem() {} } });
  state.set({ shown: {} });
  const said = () => root.querySelectorAll("li").map((step) => step.children.slice(1).filter((each) => !each.hidden).map((each) => each.textContent).join(""));
  return { state, root, said, classes };
}

test("key 1 is taught where it makes the first class, and the class's own key where a project brings classes", () => {
  const bare = hintsOf();
  assert.deepEqual(bare.said().slice(0, 2), ["Lasso a cluster, then press 1", "Lasso another, then press 2"]);
  bare.state.set({ classes: bare.classes(["6"]), named: Int16Array.of(0, -1) });
  assert.equal(bare.said()[1], "Lasso another, then press 2");
  const digits = hintsOf("1", "2", "6");
  assert.deepEqual(digits.said().slice(0, 2), ["Lasso a cluster, then press the key of its class", "Lasso another, then press its key"]);
  digits.state.set({ named: Int16Array.of(2, -1) });
  assert.deepEqual(digits.said(), ["Lasso a cluster, then press the key of its class", "Lasso another, then press its key", "Update, and watch the map learn: Enter"]);
});

test("what is done stays as it was said once every class has names", () => {
  const { state, said } = hintsOf("apple", "pear");
  state.set({ named: Int16Array.of(0, 1) });
  assert.deepEqual(said().slice(0, 2), ["Lasso a cluster, then press the key of its class", "Lasso another, then press its key"]);
});

test("an Update that was taken back before it began does not end the steps", () => {
  const { state, root } = hintsOf("apple", "pear");
  const { server } = state.get();
  const isHiddenAfter = (more) => {
    state.set({ server: { ...server, runs: [...server.runs, run({ kind: "fine_tune", number: 1, ...more })] } });
    return root.querySelector("#hints").hidden;
  };
  assert.deepEqual([isHiddenAfter({ state: "stopped", last_epoch: -1 }), isHiddenAfter({ state: "finished" })], [false, true]);
});
