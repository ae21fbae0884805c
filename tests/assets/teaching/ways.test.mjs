import assert from "node:assert/strict";
import { test } from "node:test";

import { movedByLastRun, waysOf } from "../../../assets/teaching/ways.mjs";

const snapshots = [Float32Array.of(0, 0, 5, 5, 6, 6, 7, 7), Float32Array.of(1, 0, 5, 5, 6, 6, 7, 8)];
const of = { snapshots, latentDim: 2, classOf: Int16Array.of(0, 1, 1, 1), named: null };

test("of a selection, the way of each of its points", () => {
  const [way] = waysOf({ ...of, ids: Uint32Array.of(0) });
  assert.deepEqual([way.classIndex, [...way.path]], [0, [0, 0, 1, 0]]);
});

test("without a selection, the ways of the classes that have points enough", () => {
  const ways = waysOf({ ...of, ids: new Uint32Array(0) });
  assert.deepEqual(ways.map(({ classIndex }) => classIndex), [1]);
});

test("one picture is no way", () => {
  assert.deepEqual(waysOf({ ...of, snapshots: snapshots.slice(1), ids: Uint32Array.of(0) }), []);
});

test("what the last run moved most, the furthest first", async () => {
  const server = { runs: [{ run_id: "a", number: 0, on_line: true, line_place: 0, last_epoch: 3 }, { run_id: "d", number: 2, on_line: true, line_place: 1, last_epoch: 2 }, { run_id: "b", number: 1, on_line: true, line_place: 2, last_epoch: 2 }, { run_id: "c", number: 3, on_line: true, line_place: 3, last_epoch: -1 }] };
  const asked = [];
  const player = { loadBefore: async (id) => { asked.push(id); return { embedding: snapshots[0] }; }, loadLast: async () => ({ embedding: snapshots[1] }), loadFirst: async () => null };
  assert.deepEqual([...(await movedByLastRun({ server, latentDim: 2 }, player))], [0, 3]);
  assert.deepEqual(asked, ["b"]);
  assert.equal((await movedByLastRun({ server: { runs: [] }, latentDim: 2 }, player)).length, 0);
});
