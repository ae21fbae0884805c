// What the bench says where its two maps cannot be drawn.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountBench } from "../../../assets/runs/bench.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { pageOf } from "../nodes.mjs";

const IDS = ["bench", "bench-cover", "bench-verdict", "bench-list", "bench-changes", "bench-selection", "bench-lasso", "bench-fit", "bench-drift", "bench-flips",
  ...["before", "after"].flatMap((side) => [`bench-${side}-run`, `bench-${side}-epoch`, `bench-chip-${side}`, `bench-pane-${side}`])];
const FRAME = { embedding: new Float32Array(4), prediction: new Int16Array(2), latentDim: 2, numSamples: 2 };
const GAIN = { verdict: "no finding", mean: 0, low: null, high: null, num_known: 2 };
const FOUND = { accuracy_before: 0.5, accuracy_after: 0.5, gain: GAIN, num_to_right: 0, num_to_wrong: 0, to_right: [], to_wrong: [], classes: [] };

/** The bench of two runs; `report` is what their maps tell of their drawing, `answers` what comparing brings. */
async function bench(...answers) {
  globalThis.location = { search: "" };
  const root = pageOf(IDS);
  const server = { runs: [0, 1].map((number) => ({ run_id: `r${number}`, number, last_epoch: 1, kind: "fine_tune" })), classes: [] };
  let report = null;
  const create = ({ onTrouble }) => { report = (code) => onTrouble({ code, message: `told of ${code}` }); return { show() {}, rename() {}, setDrift() {}, setFlips() {} }; };
  const json = async () => { const answer = answers.shift() ?? FOUND; if (answer instanceof Error) throw answer; return answer; };
  const part = mountBench({
    root, api: { within: () => ({ json }) }, keys: { mention: () => () => {}, register: () => () => {} }, frames: { load: async () => FRAME }, getServer: () => server,
    getHeldOut: () => new Uint8Array(2), dress: () => () => {}, epochsOf: async () => [0, 1].map((epoch) => ({ epoch, attempt: 1, n: epoch })), onSelect() {}, create,
  });
  await part.refresh();
  const cover = root.querySelector("#bench-cover");
  const said = () => (cover.hidden ? "" : cover.textContent);
  /** Other epochs are chosen: another pair is shown. */
  const showOthers = () => part.compare("r1", "r1");
  return { root, said, showOthers, report: (code) => report(code) };
}

const NONE = "The maps cannot be drawn heretold of no_webgl";
const LOST = "The maps are away for a momenttold of context_lost";

test("without WebGL2 the next pair is no blank place either, and what is told beside the maps stays", async () => {
  const { root, said, report, showOthers } = await bench();
  assert.equal(said(), "");
  report("no_webgl");
  report("no_webgl");
  assert.equal(said(), NONE);
  await showOthers();
  assert.equal(said(), NONE);
  assert.deepEqual(["bare", "refused"].map((name) => root.querySelector("#bench").classList.contains(name)), [false, false]);
});

test("while the graphics card is lost the place says so, until both maps are back", async () => {
  const { said, report, showOthers } = await bench();
  report("context_lost");
  report("context_lost");
  assert.equal(said(), LOST);
  await showOthers();
  assert.equal(said(), LOST);
  report("context_restored");
  assert.equal(said(), LOST);
  report("context_restored");
  assert.equal(said(), "");
  await showOthers();
  assert.equal(said(), "");
});

test("a refusal stays, whatever becomes of the card, and gives way to it once there are maps again", async () => {
  const { said, report, showOthers } = await bench(FOUND, new ApiError({ message: "No.", status: 500 }));
  await showOthers();
  const refusal = said();
  assert.match(refusal, /^These two could not be compared/);
  report("context_lost");
  assert.equal(said(), refusal);
  await showOthers();
  assert.equal(said(), LOST);
});
