// What is selected on the bench goes to the map with the one of the two that it was selected on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountBench } from "../../../assets/runs/bench.mjs";
import { createTwins } from "../../../assets/runs/twins.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const IDS = ["bench", "bench-cover", "bench-verdict", "bench-list", "bench-changes", "bench-selection", "bench-lasso", "bench-fit", "bench-drift", "bench-flips",
  ...["before", "after"].flatMap((side) => [`bench-${side}-run`, `bench-${side}-epoch`, `bench-chip-${side}`, `bench-pane-${side}`])];
const FRAME = { embedding: new Float32Array(8), prediction: new Int16Array(4), latentDim: 2, numSamples: 4 };
const still = (...names) => Object.fromEntries(names.map((name) => [name, () => {}]));

/** The bench of run r0 beside r1, both at epoch 1, over maps that only hand out their hands. */
async function bench() {
  globalThis.location = { search: "" };
  globalThis.matchMedia = () => ({ matches: false });
  const root = pageOf(IDS);
  const [hands, handed] = [[], []];
  const server = { runs: [0, 1].map((number) => ({ run_id: `r${number}`, number, last_epoch: 1, kind: "fine_tune" })), classes: [] };
  const gain = { verdict: "no finding", mean: 0, low: null, high: null, num_known: 4 };
  const answer = { accuracy_before: 0.5, accuracy_after: 0.5, gain, num_to_right: 1, num_to_wrong: 0, to_right: [2], to_wrong: [], classes: [] };
  const map = { ...still("setPoints", "setTool", "setCompany", "cut", "setLook", "setRing", "setNames", "setSelected", "setTrails", "makeRoom", "destroy"), tweenTo: async () => {}, currentPositions: () => [] };
  const create = (options) => { hands.push(options.onSelect); return map; };
  const pressed = new Map();
  const keys = { mention: () => () => {}, register: (key, { label, run }) => { pressed.set(key, { label, run }); return () => pressed.delete(key); } };
  const part = mountBench({
    root, api: { within: () => ({ json: async () => answer }) }, keys, frames: { load: async () => FRAME }, getServer: () => server,
    getHeldOut: () => new Uint8Array(4), dress: () => () => {}, epochsOf: async (run) => [{ epoch: 1, attempt: 1, n: run === "r0" ? 5 : 8 }, { epoch: 2, attempt: 1, n: 20 }],
    onSelect: (_ids, snapshot) => handed.push(snapshot), create: (options) => createTwins({ ...options, create }),
  });
  await part.refresh();
  const lasso = (nth, id) => hands[nth]({ ids: Uint32Array.of(id), mode: "add" });
  const toMap = () => buttonOf(root.querySelector("#bench-selection"), "Select on the map").click();
  return { root, part, pressed, handed, lasso, toMap };
}

test("a lasso says its own map, and the newest of two the later one, whatever is compared since", async () => {
  const { root, handed, lasso, toMap } = await bench();
  lasso(0, 1);
  toMap();
  lasso(1, 2);
  const epochs = root.querySelector("#bench-after-epoch");
  epochs.value = "2";
  epochs.fire("change");
  await new Promise((done) => { setImmediate(done); });
  toMap();
  assert.deepEqual(handed, [{ runId: "r0", n: 5 }, { runId: "r1", n: 8 }]);
});

test("Esc is listed: it puts the lasso away, then lets the selection go, and ends with the page", async () => {
  const { root, part, pressed, lasso } = await bench();
  const button = root.querySelector("#bench-lasso");
  button.click();
  lasso(0, 1);
  const { label, run } = pressed.get("Escape");
  assert.match(label, /lasso/);
  run();
  assert.equal(button.getAttribute("aria-pressed"), "false");
  assert.equal(root.querySelector("#bench-selection").hidden, false);
  run();
  assert.equal(root.querySelector("#bench-selection").hidden, true);
  part.destroy();
  assert.equal(pressed.size, 0);
});

test("what is picked from the list of flips, which both maps show, says the later one", async () => {
  const { root, handed, toMap } = await bench();
  root.querySelector("#bench-list button").click();
  toMap();
  assert.deepEqual(handed, [{ runId: "r1", n: 8 }]);
});
