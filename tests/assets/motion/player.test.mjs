import assert from "node:assert/strict";
import { test } from "node:test";

import { tweenMs } from "../../../assets/motion/pace.mjs";
import { createPlayer } from "../../../assets/motion/player.mjs";

const RUN = { run_id: "r", number: 0, state: "running", num_epochs: 3, last_epoch: -1, on_line: true, epoch_s: 0.2 };
const listed = (n, epoch, isSnapshot = true) => ({ n, attempt: 1, epoch, is_snapshot: isSnapshot, metrics: {} });

/** A player over frames whose one sample stands at (n, 0). */
function stage({ needIndex = async () => {} } = {}) {
  const told = { drawn: [], shown: [], loaded: [], playback: null, waits: [], errors: [] };
  let now = 0;
  const load = async ({ n }) => told.loaded.push(n) && ({ embedding: Float32Array.of(n, 0), prediction: n % 2 ? Int16Array.of(n) : null });
  const player = createPlayer({
    frames: { load, peek: () => null },
    draw: (embedding, ms, ease) => told.drawn.push([embedding[0], Math.round(ms), ease]),
    onShown: (what) => told.shown.push(what),
    onPlayback: (playback) => { told.playback = playback; },
    needIndex,
    onError: (error) => told.errors.push(error),
    clock: { now: () => now, wait: async (ms) => { told.waits.push(Math.round(ms)); now += ms; } },
  });
  return { player, told, pass: (ms) => { now += ms; } };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test("tweenMs: no shorter and no longer than the eye follows", () => {
  assert.deepEqual([10, 300, 5000].map(tweenMs), [120, 300, 600]);
});

test("live: the first frame cuts, the next takes as long as the gap between them", async () => {
  const { player, told, pass } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0)]);
  pass(250);
  await player.addFrames("r", [listed(2, 0.5, false)]);
  assert.deepEqual(told.drawn, [[1, 0, "linear"], [2, 250, "linear"]]);
  assert.deepEqual(told.errors, []);
});

test("live: several at once lead to the newest, and its predictions count", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.5, false), listed(3, 1)]);
  assert.deepEqual(told.drawn.map(([x]) => x), [3]);
  assert.deepEqual([...told.shown.at(-1).opinion.prediction], [3]);
});

test("live: a frame that says nothing wears what the newest snapshot before it said, fetched once", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.5, false)]);
  assert.deepEqual([told.drawn.map(([x]) => x), [...told.shown.at(-1).opinion.prediction]], [[2], [1]]);
  await player.addFrames("r", [listed(4, 0.7, false)]);
  assert.deepEqual([told.loaded, told.shown.at(-1).opinion], [[2, 1, 4], undefined]);
});

test("live again after scrubbing: the frame that moves does not keep what was said where the playhead was", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(3, 1), listed(4, 1.5, false)]);
  await player.seek(0);
  assert.deepEqual([...told.shown.at(-1).opinion.prediction], [1]);
  await player.goLive();
  assert.deepEqual([told.drawn.at(-1)[0], ...told.shown.at(-1).opinion.prediction], [4, 3]);
});

test("live: before a run's first snapshot the run before has the say, whose list is asked for", async () => {
  const first = { ...RUN, run_id: "p", state: "finished", last_epoch: 1 };
  const { player, told } = stage({ needIndex: async (runId) => { if (runId === "p") player.addFrames("p", [listed(1, 0), listed(3, 1)]); } });
  player.setLine([first, { ...RUN, number: 1 }], null);
  await player.addFrames("r", [listed(4, 0.5, false)]);
  assert.deepEqual([told.drawn.at(-1)[0], ...told.shown.at(-1).opinion.prediction], [4, 3]);
  assert.equal((await player.snapshot()).runId, "p");
});

test("live: where what was said cannot be had, the motion goes on without it", async () => {
  const { player, told } = stage({ needIndex: async () => { throw new Error("away"); } });
  player.setLine([{ ...RUN, run_id: "p", state: "finished", last_epoch: 1 }, { ...RUN, number: 1 }], null);
  await player.addFrames("r", [listed(4, 0.5, false)]);
  await player.addFrames("r", [listed(6, 0.7, false)]);
  assert.deepEqual([told.drawn.map(([x]) => x), told.errors], [[4, 6], []]);
});

test("live: a map that is forming is first shown as it began, then as it is", async () => {
  const { player, told } = stage();
  player.setLine([{ ...RUN, kind: "pretrain" }], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.5, false), listed(3, 1)]);
  assert.deepEqual(told.drawn, [[1, 0, "linear"], [3, 600, "linear"]]);
});

test("snapshot: the newest at or before what is on screen, live and scrubbed", async () => {
  const { player } = stage();
  assert.equal(await player.snapshot(), null);
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.5, false), listed(3, 1), listed(4, 1.5, false)]);
  assert.equal((await player.snapshot()).n, 3);
  await player.seek(0.7);
  assert.equal((await player.snapshot()).n, 1);
});

test("a run that ended without a snapshot for its last frames falls back to the head", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 1), listed(2, 1.5, false)]);
  await player.setLine([{ ...RUN, state: "stopped", last_epoch: 1 }], { run_id: "r", n: 1, attempt: 1, epoch: 1 });
  assert.deepEqual(told.drawn.at(-1), [1, 600, "out"]);
});

test("pause: later frames wait until going live again", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0)]);
  player.pause();
  await player.addFrames("r", [listed(2, 0.5, false), listed(3, 1)]);
  assert.equal(told.drawn.length, 1);
  await player.goLive();
  assert.equal(told.drawn.at(-1)[0], 3);
});

test("pause and play within the first epoch of a run go on with it, not back to the start", async () => {
  const { player, told } = stage();
  await player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.3, false)]);
  player.toggle();
  await player.addFrames("r", [listed(4, 0.6, false)]);
  player.toggle();
  await settle();
  assert.equal(told.playback.mode, "live");
  assert.deepEqual(told.drawn.map(([x]) => x), [2, 4]);
});

test("paused on a run that an undo takes off the line: live again, at the older head", async () => {
  const { player, told } = stage();
  const [first, second] = [{ ...RUN, state: "finished", last_epoch: 1 }, { ...RUN, run_id: "s", number: 1, state: "finished", last_epoch: 1 }];
  await player.setLine([first, second], { run_id: "s", n: 7, attempt: 1, epoch: 1 });
  player.pause();
  await player.setLine([first, second], { run_id: "s", n: 7, attempt: 1, epoch: 1 });
  assert.equal(told.playback.mode, "paused");
  await player.setLine([first, { ...second, on_line: false }], { run_id: "r", n: 1, attempt: 1, epoch: 1 });
  assert.deepEqual([told.playback.mode, told.drawn.at(-1)[0]], ["live", 1]);
});

test("seek: says whether it is still what was asked for last", async () => {
  const { player } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 1), listed(3, 2)]);
  const [first, second] = [player.seek(0), player.seek(1)];
  assert.deepEqual([await first, await second], [false, true]);
});

test("seek: between two frames the points stand in between, with the older one's opinion", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(3, 1), listed(5, 2)]);
  await player.seek(1.5);
  assert.deepEqual(told.drawn.at(-1), [4, 0, "linear"]);
  assert.deepEqual([...told.shown.at(-1).opinion.prediction], [3]);
  assert.deepEqual([told.shown.at(-1).at.part, told.playback.mode], [0.5, "paused"]);
});

test("seek: what has not been learned yet cannot be shown, and the playhead does not say so", async () => {
  const { player, told } = stage();
  await player.setLine([{ ...RUN, num_epochs: 9 }], null);
  await player.addFrames("r", [listed(1, 0), listed(3, 1)]);
  await player.seek(8);
  assert.deepEqual([told.drawn.at(-1)[0], told.playback.pos, told.playback.epoch], [3, 1, 1]);
});

test("a run that leaves the line takes its stretch of time along: whoever stands after it stays where they were", async () => {
  for (const act of [() => {}, (player) => player.pause(), (player) => player.seek(3)]) {
    const [{ player, told }, head] = [stage(), { run_id: "r", n: 3, attempt: 1, epoch: 1 }];
    const [first, second] = ["p", "r"].map((id, number) => ({ ...RUN, run_id: id, number, state: "finished", last_epoch: 2 }));
    await player.setLine([first, second], head);
    await player.addFrames("r", [listed(1, 0), listed(3, 1), listed(5, 2)]);
    await act(player);
    await player.setLine([{ ...first, on_line: false }, second], head);
    assert.deepEqual([told.playback.pos, told.playback.runId, told.playback.epoch], [1, "r", 1]);
  }
});

test("step: by whole epochs, both ways", async () => {
  const { player, told } = stage();
  player.setLine([RUN], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 0.5, false), listed(3, 1), listed(5, 2)]);
  await player.step(-1);
  assert.equal(told.drawn.at(-1)[0], 3);
  await player.step(-1);
  assert.equal(told.drawn.at(-1)[0], 1);
  await player.step(1);
  assert.equal(told.drawn.at(-1)[0], 3);
});

test("replay: from the start at the end of the line, at the chosen speed, then live again", async () => {
  const { player, told } = stage();
  const done = { ...RUN, state: "finished", last_epoch: 2, epoch_s: 0.4 };
  await player.setLine([done], { run_id: "r", n: 5, attempt: 1, epoch: 2 });
  await player.addFrames("r", [listed(1, 0), listed(3, 1), listed(5, 2)]);
  player.setSpeed(2);
  await player.replay();
  await settle();
  assert.deepEqual(told.drawn.map(([x]) => x), [5, 1, 3, 5]);
  assert.deepEqual(told.waits.slice(-2), [200, 200]);
  assert.equal(told.playback.mode, "live");
});

test("undo of an Update: the map goes back to the older head", async () => {
  const { player, told } = stage();
  const [first, second] = [{ ...RUN, state: "finished", last_epoch: 1 }, { ...RUN, run_id: "s", number: 1, state: "finished", last_epoch: 1 }];
  await player.setLine([first, second], { run_id: "s", n: 7, attempt: 1, epoch: 1 });
  await player.setLine([first, { ...second, on_line: false }], { run_id: "r", n: 1, attempt: 1, epoch: 1 });
  assert.deepEqual(told.drawn.map(([x]) => x), [7, 1]);
});

test("replay: asked to, it begins anew at the end until it is paused", async () => {
  const { player, told } = stage();
  const runs = [{ ...RUN, state: "finished", last_epoch: 1 }];
  player.setLine(runs, { run_id: "r", epoch: 1, attempt: 1, n: 2 });
  await player.addFrames("r", [listed(1, 0), listed(2, 1)]);
  player.setLoop(true);
  const drawn = [];
  told.drawn.push = ([x]) => { if (drawn.push(x) === 5) player.pause(); };
  await player.replay();
  assert.deepEqual(drawn, [1, 2, 1, 2, 1]);
});

test("where a replay gets in a time, also over frames that are far apart and past those that are listed", async () => {
  const { player } = stage();
  player.setLine([{ ...RUN, num_epochs: 20, last_epoch: 20 }], null);
  await player.addFrames("r", [listed(1, 0), listed(2, 1), listed(3, 9)]);
  assert.deepEqual([0, 100, 200, 300, 400].map((ms) => player.reachIn(0, ms)), [0, 0.5, 1, 5, 9]);
  assert.equal(player.reachIn(0, 600), 10);
  player.setSpeed(0.5);
  assert.equal(player.reachIn(0, 600), 5);
});
