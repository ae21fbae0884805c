// The playhead rests between two frames of the line: which epoch that picture is of, on screen and in a saved figure.

import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, fileNameOf } from "../../../assets/mappage/saving.mjs";
import { createPlayer } from "../../../assets/motion/player.mjs";

const run = (runId, number) => ({ run_id: runId, number, kind: "fine_tune", state: "finished", num_epochs: 4, last_epoch: 4, on_line: true, epoch_s: 0.2 });
const listed = (n, epoch) => ({ n, attempt: 1, epoch, is_snapshot: true, metrics: {} });
const server = { project: { name: "Round" }, runs: [run("a", 1), run("b", 2)] };

/** The picture at a place of a line of two runs, whose frames stand at their epoch. */
async function shownAt(pos) {
  let shown = null;
  const epochs = { a1: 0, a2: 3, a3: 4, b1: 0.5 };
  const frames = { load: async ({ runId, n }) => ({ epoch: epochs[runId + n], embedding: Float32Array.of(epochs[runId + n], 0), prediction: Int16Array.of(0) }) };
  const onShown = ({ frame, at }) => { shown = { runId: at.runId, part: at.part, epoch: frame.epoch, x: frame.embedding[0] }; };
  const player = createPlayer({ frames, draw() {}, onShown, onPlayback() {}, needIndex: async () => {}, onError: assert.fail, clock: { now: () => 0, wait: async () => {} } });
  player.setLine(server.runs, null);
  await player.addFrames("a", [listed(1, 0), listed(2, 3), listed(3, 4)]);
  await player.addFrames("b", [listed(1, 0.5)]);
  await player.seek(pos);
  return shown;
}

test("a picture most of the way to epoch 4 is of epoch 3.9, also where it is saved", async () => {
  const at = await shownAt(3.9);
  assert.deepEqual([at.part.toFixed(2), at.epoch.toFixed(2), at.x.toFixed(2)], ["0.90", "3.90", "3.90"]);
  assert.match(captionOf({ server, at }), /epoch 3\.9$/);
  assert.match(fileNameOf({ server, at }, "png"), /epoch 3\.9\.png$/);
});

test("a picture of a frame is of its epoch, and none of a run is of an epoch it never had", async () => {
  assert.equal((await shownAt(3)).epoch, 3);
  const onTheWay = await shownAt(4.25);
  assert.deepEqual([onTheWay.runId, onTheWay.part, onTheWay.epoch], ["a", 0.5, 4]);
});

test("live again from between two frames: the older of them is not what was on screen", async () => {
  const drawn = [];
  const frames = { load: async ({ n }) => ({ embedding: Float32Array.of(n, 0), prediction: Int16Array.of(0) }) };
  const player = createPlayer({ frames, draw: ([x]) => drawn.push(x), onShown() {}, onPlayback() {}, needIndex: async () => {}, onError: assert.fail, clock: { now: () => 0, wait: async () => {} } });
  const head = { run_id: "a", attempt: 1, n: 1, epoch: 1 };
  await player.setLine([run("a", 1)], head);
  await player.addFrames("a", [listed(1, 1), listed(2, 2)]);
  await player.seek(1.5);
  await player.goLive();
  await player.goLive();
  assert.deepEqual(drawn, [1, 1.5, 1]);
});
