// What the bench says of classes that were taken back, merged or renamed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { placed } from "../../../assets/teaching/gestures.mjs";
import { mountBench } from "../../../assets/runs/bench.mjs";
import { createTwins } from "../../../assets/runs/twins.mjs";
import { pageOf } from "../nodes.mjs";

const info = (index, name, more = {}) => ({ class_index: index, name, color: index, merged_into: null, num_named: 1, ...more });
/** 1 was taken back, 3 lives on in 4. */
const CLASSES = [info(0, "fig"), info(2, "apple"), info(3, "pear", { merged_into: 4 }), info(4, "plum")];
const IDS = ["bench", "bench-cover", "bench-verdict", "bench-list", "bench-changes", "bench-selection", "bench-lasso", "bench-fit", "bench-drift", "bench-flips",
  ...["before", "after"].flatMap((side) => [`bench-${side}-run`, `bench-${side}-epoch`, `bench-chip-${side}`, `bench-pane-${side}`])];
const frame = (...prediction) => ({ embedding: Float32Array.from({ length: 2 * prediction.length }, (_, at) => at), prediction: Int16Array.from(prediction), latentDim: 2, numSamples: prediction.length });
const soon = () => new Promise((done) => { setImmediate(done); });

/** The bench of two runs, whose maps only note the classes they are told. */
async function bench() {
  globalThis.location = { search: "" };
  const root = pageOf(IDS);
  const told = { classes: [], asked: 0 };
  const server = { runs: [0, 1].map((number) => ({ run_id: `r${number}`, number, last_epoch: 1, kind: "fine_tune" })), classes: CLASSES };
  const gain = { verdict: "no finding", mean: 0, low: null, high: null, num_known: 2 };
  const answer = { accuracy_before: 0.5, accuracy_after: 0.5, gain, num_to_right: 1, num_to_wrong: 1, to_right: [0], to_wrong: [1], classes: [2, 3, 4].map((index) => ({ class_index: index, mean: 0, low: null, high: null, num_known: 3 })) };
  const twins = { show: (_, classes) => told.classes.push(classes), rename: (classes) => told.classes.push(classes), setDrift() {}, setFlips() {} };
  const json = async () => { told.asked += 1; return answer; };
  const part = mountBench({
    root, api: { within: () => ({ json }) }, keys: { mention: () => () => {}, register: () => () => {} }, frames: { load: async ({ runId }) => (runId === "r0" ? frame(3, 2) : frame(2, 1)) }, getServer: () => server,
    getHeldOut: () => new Uint8Array(2), dress: () => () => {}, epochsOf: async () => [{ epoch: 1, attempt: 1, n: 1 }], onSelect() {}, create: () => twins,
  });
  const words = (id) => root.querySelectorAll(`#bench-${id} .clip`).map((each) => each.textContent);
  await part.refresh();
  return { part, server, told, words };
}

test("a flip between classes that were merged since names both, and a class that was taken back is none", async () => {
  const { words, told } = await bench();
  assert.deepEqual(words("list"), ["plum (was pear) → apple", "apple → none"]);
  assert.deepEqual(words("changes"), ["apple", "plum (was pear)", "plum"], "the run learned them as two");
  assert.deepEqual(told.classes[0].map((each) => each.class_index), [0, 1, 2, 3, 4], "each at its own index");
});

test("a flip stays one when its two classes are merged afterwards", async () => {
  const { part, server, told, words } = await bench();
  server.classes = CLASSES.map((each) => (each.class_index === 2 ? { ...each, merged_into: 4 } : each));
  await part.refresh();
  assert.deepEqual(words("list"), ["plum (was pear) → plum (was apple)", "plum (was apple) → none"]);
  assert.deepEqual(words("changes"), ["plum (was apple)", "plum (was pear)", "plum"]);
  assert.equal(told.asked, 1);
});

test("a name that another tab gave is taken up, without comparing anew", async () => {
  const { part, server, told, words } = await bench();
  server.classes = CLASSES.map((each) => (each.class_index === 2 ? { ...each, name: "quince" } : { ...each, num_named: 7 }));
  await part.refresh();
  assert.deepEqual(words("list"), ["plum (was pear) → quince", "quince → none"]);
  assert.deepEqual(words("changes"), ["quince", "plum (was pear)", "plum"]);
  assert.deepEqual([told.asked, told.classes.length, told.classes.at(-1)[2].name], [1, 2, "quince"]);
  server.classes = server.classes.map((each) => ({ ...each, num_named: 9 }));
  await part.refresh();
  assert.equal(told.classes.length, 2, "more names are no reason");
});

test("both maps wear merged classes as those they live on in, before and after a rename", async () => {
  pageOf(["a", "b"]);
  globalThis.matchMedia = () => ({ matches: false });
  const names = [];
  const map = { ...Object.fromEntries(["setPoints", "setTool", "setCompany", "cut", "setLook", "setRing"].map((name) => [name, () => {}])), setNames: (list) => names.push(list.map(({ text }) => text)) };
  const panes = ["a", "b"].map((id) => document.documentElement.querySelector(`#${id}`));
  const twins = createTwins({ panes, numSamples: 4, latentDim: 2, heldOut: new Uint8Array(4), onSelect() {}, onTrouble() {}, create: () => map });
  twins.show([frame(3, 3, 3, 1), frame(2, 2, 2, 1)], placed(CLASSES));
  assert.deepEqual(names, [["plum"], ["apple"]]);
  twins.rename(placed(CLASSES.map((each) => ({ ...each, name: each.name.toUpperCase() }))));
  assert.deepEqual(names.slice(2), [["PLUM"], ["APPLE"]]);
  await soon();
});
