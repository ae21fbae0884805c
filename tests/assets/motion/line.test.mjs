import assert from "node:assert/strict";
import { test } from "node:test";

import { betweenAt, blockAt, indexAt, layFrames, layRuns, lengthOf, mergeFrames, placeAfter, snapshotAt, stepFrom } from "../../../assets/motion/line.mjs";

const RUNS = [
  { run_id: "b", number: 1, state: "stopped", num_epochs: 12, last_epoch: 4, on_line: true, line_place: 1 },
  { run_id: "a", number: 0, state: "finished", num_epochs: 10, last_epoch: 10, on_line: true, line_place: 0 },
  { run_id: "x", number: 2, state: "finished", num_epochs: 5, last_epoch: 5, on_line: false, line_place: null },
  { run_id: "c", number: 3, state: "running", num_epochs: 6, last_epoch: 1, on_line: true, line_place: 2 },
];
const frame = (n, epoch, isSnapshot = true, attempt = 1) => ({ n, epoch, attempt, is_snapshot: isSnapshot });

test("layRuns: what was undone takes no room, a stopped run only what it did", () => {
  const blocks = layRuns(RUNS);
  assert.deepEqual(blocks.map(({ run, start, span }) => [run.run_id, start, span]), [["a", 0, 10], ["b", 10, 4], ["c", 14, 6]]);
  assert.equal(lengthOf(blocks), 20);
  assert.equal(blockAt(blocks, 12).run.run_id, "b");
  assert.equal(blockAt([], 3), null);
});

test("a variant that was taken back and is the map again comes after what was taught meanwhile", () => {
  const run = (number, place) => ({ run_id: `r${number}`, number, state: "finished", num_epochs: 2, last_epoch: 2, on_line: true, line_place: place });
  const runs = [run(0, 0), run(1, 2), run(2, 1)];
  const blocks = layRuns(runs);
  assert.deepEqual(blocks.map((block) => [block.run.number, block.start]), [[0, 0], [2, 2], [1, 4]]);
  assert.deepEqual(runs.map((each) => placeAfter(blocks, runs, each.run_id)), [2, 6, 4]);
});

test("placeAfter: at a run's end, or at that of the last before it where it left nothing", () => {
  const runs = [...RUNS, { run_id: "f", number: 4, state: "failed", num_epochs: 6, last_epoch: -1, on_line: true, line_place: 3 }, { run_id: "d", number: 5, state: "finished", num_epochs: 2, last_epoch: 2, on_line: true, line_place: 4 }];
  const placeOf = (runId, list = runs) => placeAfter(layRuns(list), list, runId);
  assert.deepEqual(["a", "b", "c", "f", "d"].map((runId) => placeOf(runId)), [10, 14, 20, 20, 22]);
  assert.deepEqual([placeOf(null), placeOf("p", [{ ...runs[4], run_id: "p", number: 0 }])], [0, 0]);
});

test("mergeFrames: new ones follow, known ones are not doubled", () => {
  const track = mergeFrames([frame(1, 0)], [frame(1, 0), frame(2, 0.5, false), frame(3, 1)]);
  assert.deepEqual(track.map((each) => each.n), [1, 2, 3]);
});

test("mergeFrames: what a later attempt did again replaces the older", () => {
  const track = mergeFrames([frame(1, 0), frame(2, 1), frame(3, 1.6, false)], [frame(4, 1.2, false, 2), frame(5, 2, true, 2)]);
  assert.deepEqual(track.map((each) => each.n), [1, 2, 4, 5]);
});

test("mergeFrames: the frame a stopped run ends with leaves the snapshot it repeats", () => {
  const kept = { ...frame(4, 2), metrics: { loss: 1 } };
  const track = mergeFrames([frame(2, 1), kept, frame(5, 2.6, false)], [frame(6, 2, false)]);
  assert.deepEqual(track.map((each) => each.n), [2, 4, 6]);
  assert.equal(track[1], kept);
});

test("positions: frames, snapshots and steps by epoch across runs", () => {
  const tracks = { a: [frame(1, 0), frame(2, 10)], b: [frame(1, 0.5, false), frame(2, 1)], c: [] };
  const frames = layRuns(RUNS).flatMap((block) => layFrames(block, tracks[block.run.run_id]));
  assert.deepEqual(frames.map((each) => each.pos), [0, 10, 10.5, 11]);
  assert.equal(indexAt(frames, 10.4), 1);
  assert.equal(indexAt(frames, -1), -1);
  assert.equal(snapshotAt(frames, 10.7).runId, "a");
  assert.equal(stepFrom(frames, 10, 1).pos, 11);
  assert.equal(stepFrom(frames, 10.7, -1).pos, 10);
  assert.equal(stepFrom(frames, 11, 1), null);
});

test("betweenAt: the frames around a place and how far it is from one to the other, none beyond either end", () => {
  const frames = [0, 1, 3].map((pos) => ({ pos }));
  const told = (pos) => { const { from, to, part } = betweenAt(frames, pos); return [from.pos, to.pos, part]; };
  assert.deepEqual([-1, 0, 1.5, 3, 9].map(told), [[0, 1, 0], [0, 1, 0], [1, 3, 0.25], [3, 3, 0], [3, 3, 0]]);
});
