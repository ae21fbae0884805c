// The playhead dragged along the line: what is fetched, and what is ended.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createFrames } from "../../../assets/motion/frames.mjs";
import { createPlayer } from "../../../assets/motion/player.mjs";

const RUN = { run_id: "r", number: 0, kind: "pretrain", state: "finished", num_epochs: 90, last_epoch: 89, on_line: true, line_place: 0 };
const soon = () => new Promise((resolve) => { setImmediate(resolve); });

/** A line of 90 epochs; each frame is on its way until the test lets it come. */
function stage() {
  const asked = new Map();
  const told = { drawn: [], errors: [] };
  const fetchFrame = (_run, _attempt, n, signal) => new Promise((resolve, reject) => {
    asked.set(n, { come: () => resolve(n), isEnded: false });
    signal.addEventListener("abort", () => { asked.get(n).isEnded = true; reject(signal.reason); });
  });
  const frames = createFrames({ fetchFrame, decode: (n) => ({ embedding: Float32Array.of(n, 0), prediction: Int16Array.of(0) }) });
  const waits = [];
  const player = createPlayer({
    frames, draw: (embedding) => told.drawn.push(embedding[0]), onShown() {}, onPlayback() {}, needIndex: async () => {}, onError: (error) => told.errors.push(error),
    clock: { now: () => 0, wait: () => new Promise((resolve) => { waits.push(resolve); }) },
  });
  player.setLine([RUN], { run_id: "r", attempt: 1, n: 90, epoch: 89 });
  player.addFrames("r", Array.from({ length: 90 }, (_, epoch) => ({ n: epoch + 1, attempt: 1, epoch, is_snapshot: true, metrics: {} })));
  asked.get(90).come();
  const open = () => [...asked].filter(([n, { isEnded }]) => !isEnded && n !== 90).map(([n]) => n);
  return { player, frames, told, asked, open, patienceEnds: () => waits.splice(0).forEach((end) => end()) };
}

async function drag(player, from, to) {
  const seeks = [];
  for (let epoch = from; epoch <= to; epoch += 1) {
    seeks.push(player.seek(epoch));
    await soon();
  }
  return seeks;
}

test("a drag fetches one place at a time, and the newest next", async () => {
  const { player, told, asked, open } = stage();
  const seeks = await drag(player, 0, 80);
  assert.deepEqual(open(), [1, 2]);
  [1, 2].forEach((n) => asked.get(n).come());
  await soon();
  assert.deepEqual(open(), [1, 2, 81, 82]);
  [81, 82].forEach((n) => asked.get(n).come());
  assert.deepEqual((await Promise.all(seeks)).filter(Boolean), [true]);
  assert.deepEqual([told.drawn.at(-1), told.errors], [81, []]);
});

test("what the playhead has left is ended after a moment, unless somebody else waits for it", async () => {
  const { player, frames, told, asked, open, patienceEnds } = stage();
  const wanted = frames.load({ runId: "r", attempt: 1, n: 2 });
  const seeks = await drag(player, 0, 80);
  patienceEnds();
  await soon();
  assert.deepEqual(open(), [2, 81, 82]);
  [2, 81, 82].forEach((n) => asked.get(n).come());
  await Promise.all(seeks);
  assert.deepEqual([(await wanted).embedding[0], told.drawn.at(-1), told.errors], [2, 81, []]);
});

test("a frame that was ended is fetched anew when it is wanted again", async () => {
  const { frames, asked } = stage();
  const [at, leaving] = [{ runId: "r", attempt: 1, n: 5 }, new AbortController()];
  const left = frames.load(at, { signal: leaving.signal });
  leaving.abort();
  const again = frames.load(at);
  await assert.rejects(left, { name: "AbortError" });
  assert.equal(frames.load(at), again);
  asked.get(5).come();
  assert.equal((await again).embedding[0], 5);
});
