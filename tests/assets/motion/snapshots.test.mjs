import assert from "node:assert/strict";
import { test } from "node:test";

import { createKnownLine } from "../../../assets/motion/known_line.mjs";
import { createSnapshots } from "../../../assets/motion/snapshots.mjs";

const RUN = { run_id: "r", number: 1, state: "finished", num_epochs: 3, last_epoch: 1, on_line: true };
const listed = (n, epoch, isSnapshot = true) => ({ n, attempt: 1, epoch, is_snapshot: isSnapshot });

/** Snapshots of runs, each a frame whose one sample stands at (n, 0). */
function stage(runs, tracks) {
  const frames = { load: async ({ n }) => ({ embedding: Float32Array.of(n, 0) }) };
  const line = createKnownLine();
  line.setRuns(runs);
  for (const [runId, track] of Object.entries(tracks)) line.add(runId, track);
  return createSnapshots({ frames, needIndex: async () => {}, line });
}

test("of a run and before it, in order", async () => {
  const first = { ...RUN, run_id: "p", number: 0, kind: "pretrain" };
  const tracks = { p: [listed(1, 0), listed(2, 1)], r: [listed(3, 0.5, false), listed(4, 1)] };
  const snapshots = stage([first, RUN], tracks);
  assert.deepEqual((await snapshots.stopsOf("r")).map(({ runId, n }) => [runId, n]), [["p", 2], ["r", 4]]);
  assert.deepEqual([...(await snapshots.loadEmbedding({ runId: "r", n: 4 }))], [4, 0]);
  assert.equal((await snapshots.loadBefore("r")).n, 2);
  assert.equal((await snapshots.loadLast("p")).n, 2);
  assert.equal((await snapshots.loadFirst("p")).n, 1);
  assert.equal(await snapshots.loadBefore("p"), null);
});

test("of a long run some, the same ones as it grows, and the newest", async () => {
  const after = async (length) => {
    const tracks = { r: Array.from({ length }, (_, epoch) => listed(epoch + 1, epoch)) };
    return (await stage([{ ...RUN, state: "running", num_epochs: 60 }], tracks).stopsOf("r")).map(({ n }) => n);
  };
  const odd = Array.from({ length: 20 }, (_, k) => 2 * k + 1);
  assert.deepEqual([await after(39), await after(40)], [odd, [...odd, 40]]);
});
