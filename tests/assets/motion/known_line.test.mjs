// The line as a page knows it: laid anew where it changes, and only there, however often it is looked at.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createKnownLine } from "../../../assets/motion/known_line.mjs";
import { createPlayer } from "../../../assets/motion/player.mjs";

const run = (runId, number, more = {}) => ({ run_id: runId, number, kind: "fine_tune", state: "finished", num_epochs: 9, last_epoch: 9, on_line: true, line_place: number, epoch_s: 0.2, ...more });
const listed = (n, epoch = n) => ({ n, attempt: 1, epoch, is_snapshot: true, metrics: {} });
const list = (from, to) => Array.from({ length: to - from }, (_, nth) => listed(from + nth));
const placesOf = (line) => line.frames().map(({ runId, n, pos }) => [runId, n, pos]);

/** Frames as the server lists them, which count how often one of them is copied. */
function counted(frames, told) {
  return frames.map((frame) => Object.defineProperty({ ...frame }, "metrics", { enumerable: true, get: () => { told.copied += 1; return {}; } }));
}

test("what is asked again is what was laid, until a run or a frame comes", () => {
  const line = createKnownLine();
  assert.deepEqual([line.frames(), line.newest(), line.trackOf("a")], [[], null, []]);
  line.setRuns([run("a", 0), run("b", 1)]);
  line.add("a", list(0, 3));
  assert.equal(line.frames(), line.frames());
  line.add("b", [listed(4, 0.5)]);
  assert.deepEqual(placesOf(line), [["a", 0, 0], ["a", 1, 1], ["a", 2, 2], ["b", 4, 9.5]]);
  assert.equal(line.newest(), line.frames()[3]);
});

test("a run that leaves the line takes its frames along, and moves those after it", () => {
  const line = createKnownLine();
  line.setRuns([run("a", 0), run("b", 1)]);
  for (const runId of ["a", "b"]) line.add(runId, list(0, 2));
  const first = line.frames()[0];
  line.setRuns([run("a", 0), run("b", 1)]);
  assert.equal(line.frames()[0], first, "it has its place still");
  line.setRuns([run("a", 0, { on_line: false }), run("b", 1)]);
  assert.deepEqual(placesOf(line), [["b", 0, 0], ["b", 1, 1]]);
  assert.deepEqual(line.trackOf("a").length, 2);
});

test("what a later attempt did again, and what a run that was stopped ends with, is laid as it is now", () => {
  const line = createKnownLine();
  line.setRuns([run("a", 0, { state: "running" })]);
  line.add("a", list(0, 4));
  line.frames();
  line.add("a", [{ ...listed(5, 2), attempt: 2 }]);
  assert.deepEqual(line.frames().map(({ n, attempt, pos }) => [n, attempt, pos]), [[0, 1, 0], [1, 1, 1], [5, 2, 2]]);
  line.setRuns([run("a", 0, { state: "stopped", last_epoch: 1 })]);
  assert.deepEqual(placesOf(line).map(([, , pos]) => pos), [0, 1, 1]);
});

/** A player of a long line, whose clock runs as it is waited for. */
function playing(told) {
  let now = 0;
  const player = createPlayer({
    frames: { load: async ({ n }) => ({ embedding: Float32Array.of(n, 0), prediction: n % 2 ? null : Int16Array.of(n) }) },
    draw: () => { told.drawn += 1; }, onShown() {}, onPlayback() {}, needIndex: async () => {}, onError: assert.fail, clock: { now: () => now, wait: async (ms) => { now += ms; } },
  });
  return player;
}

test("a replay, a drag and a look ahead copy no frame once more", async () => {
  const told = { copied: 0, drawn: 0 };
  const player = playing(told);
  player.setLine([run("a", 0, { last_epoch: 60 }), run("b", 1, { last_epoch: 60 })], { run_id: "b", attempt: 1, n: 59, epoch: 59 });
  for (const runId of ["a", "b"]) await player.addFrames(runId, counted(list(0, 60), told));
  told.copied = 0;
  await player.replay();
  for (let pos = 0; pos < 100; pos += 0.5) await player.seek(pos);
  player.reachIn(0, 5000);
  assert.ok(told.drawn > 300, `${told.drawn} pictures`);
  assert.ok(told.copied <= 120, `${told.copied} copies of 120 frames`);
});

test("live each frame is copied once, and none for what else the server tells meanwhile", async () => {
  const told = { copied: 0, drawn: 0 };
  const player = playing(told);
  const runs = [run("a", 0, { last_epoch: 60 }), run("b", 1, { state: "running", num_epochs: 60 })];
  player.setLine(runs, null);
  await player.addFrames("a", counted(list(0, 60), told));
  for (const frame of counted(list(0, 60), told)) {
    await player.addFrames("b", [frame]);
    await player.setLine([...runs], null);
  }
  assert.ok(told.drawn >= 60, `${told.drawn} pictures`);
  assert.ok(told.copied <= 120, `${told.copied} copies of 120 frames`);
});
