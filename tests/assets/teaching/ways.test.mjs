import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { createWays, mountWays, movedByLastRun } from "../../../assets/teaching/ways.mjs";
import { pageOf } from "../nodes.mjs";

const snapshots = [Float32Array.of(0, 0, 5, 5, 6, 6, 7, 7), Float32Array.of(1, 0, 5, 5, 6, 6, 7, 8)];
const walk = { latentDim: 2, ids: new Uint32Array(0), classOf: Int16Array.of(0, 1, 1, 1), named: null };
const told = (ways) => ways.map(({ classIndex, path }) => [classIndex, [...path]]);
const stopAt = (n) => ({ runId: "r", attempt: 1, n });

/** The ways through snapshots, and which of these were read. */
function reading() {
  const read = [];
  return { read, ways: createWays(async ({ n }) => { read.push(n); return snapshots[n]; }) };
}

test("of a selection, the way of each of its points", async () => {
  assert.deepEqual(told(await reading().ways([0, 1].map(stopAt), { ...walk, ids: Uint32Array.of(0) })), [[0, [0, 0, 1, 0]]]);
});

test("without a selection, the ways of the classes that have points enough", async () => {
  assert.deepEqual(told(await reading().ways([0, 1].map(stopAt), walk)), [[1, [6, 6]]]);
});

test("one picture is no way", async () => {
  assert.deepEqual(await reading().ways([stopAt(1)], { ...walk, ids: Uint32Array.of(0) }), []);
});

test("each snapshot is read once, until others walk", async () => {
  const { read, ways } = reading();
  for (let picture = 0; picture < 20; picture++) await ways([stopAt(0)], walk);
  for (let picture = 0; picture < 20; picture++) await ways([0, 1].map(stopAt), { ...walk });
  assert.deepEqual(read, [0, 1]);
  await ways([0, 1].map(stopAt), { ...walk, ids: Uint32Array.of(0) });
  assert.deepEqual(read, [0, 1, 0, 1]);
});

test("what is no longer wanted is not read on, and one that could not be read is asked for again", async () => {
  const { read, ways } = reading();
  assert.equal(await ways([0, 1].map(stopAt), walk, () => read.length < 1), null);
  assert.deepEqual(read, [0]);
  let isAway = true;
  const again = createWays(async ({ n }) => { if (isAway) throw new Error("away"); return snapshots[n]; });
  await assert.rejects(again([0, 1].map(stopAt), walk));
  isAway = false;
  assert.equal((await again([0, 1].map(stopAt), walk)).length, 1);
});

test("with Force on, twenty pictures of a run read its snapshots once, and switched off the ways go", async () => {
  pageOf();
  const { read } = reading();
  const state = createState({ isForceOn: true, shown: null, selection: { ids: walk.ids }, classOf: walk.classOf, named: null, latentDim: 2, slotOf: [0, 1], colorMode: "class" });
  const trails = [];
  const player = { stopsOf: async () => [0, 1].map(stopAt), loadEmbedding: async ({ n }) => { read.push(n); return snapshots[n]; } };
  const stop = mountWays({ state, player, map: { setTrails: (each) => trails.push(each.length) } });
  for (let n = 0; n < 20; n++) {
    state.set({ shown: { runId: "r", n } });
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.deepEqual([read, trails.at(-1)], [[0, 1], 1]);
  state.set({ isForceOn: false });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(trails.at(-1), 0);
  stop();
});

test("what the last run moved most, the furthest first", async () => {
  const server = { runs: [{ run_id: "a", number: 0, on_line: true, line_place: 0, last_epoch: 3 }, { run_id: "d", number: 2, on_line: true, line_place: 1, last_epoch: 2 }, { run_id: "b", number: 1, on_line: true, line_place: 2, last_epoch: 2 }, { run_id: "c", number: 3, on_line: true, line_place: 3, last_epoch: -1 }] };
  const asked = [];
  const player = { loadBefore: async (id) => { asked.push(id); return { embedding: snapshots[0] }; }, loadLast: async () => ({ embedding: snapshots[1] }), loadFirst: async () => null };
  assert.deepEqual([...(await movedByLastRun({ server, latentDim: 2 }, player))], [0, 3]);
  assert.deepEqual(asked, ["b"]);
  assert.equal((await movedByLastRun({ server: { runs: [] }, latentDim: 2 }, player)).length, 0);
});
