import assert from "node:assert/strict";
import { test } from "node:test";

import { createMemory, linesOf, mountDetails } from "../../../assets/parts/details.mjs";
import { titleOf } from "../../../assets/insight/hovercard.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const settled = () => new Promise((resolve) => { setTimeout(resolve, 120); });

test("the card shows every text that says something", () => {
  assert.deepEqual(linesOf({ sample_id: "a.wav", speaker: "ana", note: "" }), [{ term: "speaker", slot: null, text: "ana", isLong: true }]);
  assert.deepEqual(linesOf(null), []);
});

test("a sample is called by its file, or by its number where that is all there is", () => {
  assert.equal(titleOf(1234, { sample_id: "cats/1.png" }), "cats/1.png");
  assert.equal(titleOf(1234, { sample_id: "1234" }), "Sample 1,234");
  assert.equal(titleOf(7, null), "Sample 7");
});

test("memory forgets what came first", () => {
  const memory = createMemory(2);
  for (const key of [1, 2, 3]) memory.put(key, key * 10);
  assert.deepEqual([1, 2, 3].map(memory.get), [undefined, 20, 30]);
});

test("only the sample the pointer rests on is asked for, and each once", async () => {
  const state = createState({ dataset: { dataset_id: "d" }, hoverId: null, details: null });
  const asked = [];
  const api = { sample: async (datasetId, id) => { asked.push(`${datasetId}/${id}`); return { sample_id: `s${id}` }; } };
  const stop = mountDetails({ state, api });
  for (const hoverId of [1, 2, 3]) state.set({ hoverId });
  await settled();
  assert.deepEqual(asked, ["d/3"]);
  assert.deepEqual(state.get().details, { id: 3, told: { sample_id: "s3" } });
  state.set({ hoverId: null });
  await settled();
  assert.equal(state.get().details, null);
  state.set({ hoverId: 3 });
  await settled();
  assert.deepEqual(asked, ["d/3"]);
  stop();
});

test("what could not be had is asked for again", async () => {
  const state = createState({ dataset: { dataset_id: "d" }, hoverId: null, details: null });
  let times = 0;
  const api = { sample: async () => { times += 1; if (times === 1) throw new Error("lost"); return { sample_id: "x" }; } };
  const stop = mountDetails({ state, api });
  state.set({ hoverId: 5 });
  await settled();
  state.set({ hoverId: null });
  state.set({ hoverId: 5 });
  await settled();
  assert.equal(state.get().details.told.sample_id, "x");
  stop();
});
