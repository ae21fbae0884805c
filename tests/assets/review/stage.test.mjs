import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlayer } from "../../../assets/motion/player.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { createShowing, seenFrom, takeStep } from "../../../assets/review/stage.mjs";

const lost = () => new ApiError({ message: "Connection lost." });
const refused = () => new ApiError({ message: "No.", status: 500 });
const soon = () => new Promise((done) => { setImmediate(done); });

/** A showing whose answers the test holds. */
function stage(take = async () => {}) {
  const told = { asked: [], taken: [], errors: [] };
  const showing = createShowing({
    load: (seq) => new Promise((answer, fail) => { told.asked.push({ seq, answer, fail }); }), onError: (error) => told.errors.push(error.message), wait: soon,
    async take(step) { told.taken.push(step.seq); await take(showing, told); },
  });
  return { showing, told };
}

test("a step has its runs in the order of its own line", () => {
  const latest = { runs: ["a", "b", "c", "d"].map((id) => ({ run_id: id, on_line: true, line_place: 0 })), gestures: [] };
  const { runs } = seenFrom(latest, { seq: 9, line: ["a", "c", "b"], head: null }, {});
  assert.deepEqual(runs.map((run) => [run.run_id, run.on_line, run.line_place]), [["a", true, 0], ["b", true, 2], ["c", true, 1], ["d", false, null]]);
});

test("a step that could not be read is read again when it is pressed again", async () => {
  const { showing, told } = stage();
  const first = showing.show({ seq: 3 }, "three");
  told.asked[0].fail(refused());
  assert.equal(await first, false);
  const again = showing.show({ seq: 3 }, "three");
  told.asked[1].answer({});
  assert.equal(await again, true);
  showing.show({ seq: 3 }, "three");
  assert.deepEqual([told.asked.length, told.taken, told.errors], [2, [3], ["No."]]);
});

test("an error of a step that was left meanwhile is not told, and its answer is not shown", async () => {
  const { showing, told } = stage();
  for (const seq of [1, 2, 3]) showing.show({ seq }, String(seq));
  told.asked[0].fail(refused());
  told.asked[1].answer({});
  told.asked[2].answer({});
  await soon();
  assert.deepEqual([told.taken, told.errors], [[3], []]);
});

test("a picture that was lost on its way is asked for again by itself, without a word", async () => {
  const { showing, told } = stage(async (mine, { taken }) => { if (taken.length === 1) mine.fail(lost()); });
  const first = showing.show({ seq: 5 }, "five");
  told.asked[0].answer({});
  assert.equal(await first, false);
  await soon();
  await soon();
  told.asked[1].answer({});
  await soon();
  assert.deepEqual([told.taken, told.errors, showing.isShort()], [[5, 5], [], false]);
});

test("a later picture of the step that fails lets it be pressed again", async () => {
  const { showing, told } = stage();
  showing.show({ seq: 5 }, "five");
  told.asked[0].answer({});
  await soon();
  showing.fail(refused());
  assert.deepEqual([showing.isShort(), told.errors], [true, ["No."]]);
  showing.show({ seq: 5 }, "five");
  assert.equal(told.asked.length, 2);
});

test("a picture of the step before that fails does not end the one on its way", async () => {
  const { showing, told } = stage();
  showing.show({ seq: 5 }, "five");
  told.asked[0].answer({});
  await soon();
  const next = showing.show({ seq: 6 }, "six");
  showing.fail(lost());
  told.asked[1].answer({});
  assert.equal(await next, true);
  assert.deepEqual([told.taken, showing.isShort()], [[5, 6], false]);
});

/** A player over runs a and b of two epochs, and a history of two steps that it can look at. */
function history() {
  const runs = ["a", "b"].map((id, number) => ({ run_id: id, number, kind: "fine_tune", state: "finished", on_line: true, line_place: number, last_epoch: 2, num_epochs: 2 }));
  const steps = { a: { seq: 1, line: ["a"], head: "a" }, b: { seq: 2, line: ["a", "b"], head: "b" } };
  const drawn = [];
  const player = createPlayer({
    frames: { load: async ({ runId, n }) => ({ embedding: `${runId}${n}`, prediction: [] }) }, draw: (embedding) => drawn.push(embedding),
    onShown() {}, onPlayback() {}, needIndex: async () => {}, onError: assert.fail, clock: { now: () => 0 },
  });
  for (const id of ["a", "b"]) player.addFrames(id, [1, 2].map((n) => ({ n, attempt: 1, epoch: n, is_snapshot: true })));
  const look = ({ seq, line, head }) => { const seen = seenFrom({ runs, gestures: [] }, { seq, line }, {}); return player.setLine(seen.runs, { run_id: head, attempt: 1, n: 2, epoch: 2 }); };
  return { player, runs, steps, drawn, look };
}

test("a step that is chosen shows its own map wherever the playhead was left, and no other on the way", async () => {
  const { player, steps, drawn, look } = history();
  await look(steps.b);
  await player.seek(1); // run a, halfway
  await player.goLive(soon().then(() => look(steps.a)));
  await player.seek(1);
  await player.goLive(Promise.resolve()); // the same once more
  assert.deepEqual(drawn.slice(-4), ["a1", "a2", "a1", "a2"]);
});

test("what comes of the step before while a chosen one is read moves nothing, a picture on its way neither", async () => {
  for (const leave of [(player) => player.seek(1), () => {}]) {
    const { player, steps, drawn, look } = history();
    look(steps.b); // its picture is on its way
    await leave(player);
    const before = drawn.length;
    const there = player.goLive(soon().then(() => look(steps.a)));
    await player.addFrames("b", [{ n: 3, attempt: 1, epoch: 2, is_snapshot: true }]);
    await there;
    assert.deepEqual(drawn.slice(before), ["a2"]);
  }
});

test("a step that cannot be read leaves what is on screen, until another is looked at or Live is pressed", async () => {
  for (const act of [({ look, steps }) => look(steps.b), ({ player }) => player.goLive()]) {
    const { player, steps, drawn, look } = history();
    await look(steps.b);
    await player.seek(1);
    await player.goLive(Promise.resolve(false));
    await player.addFrames("b", []);
    assert.deepEqual(drawn, ["b2", "a1"]);
    await act({ player, steps, look });
    assert.deepEqual(drawn.slice(2), ["b2"]);
  }
});

test("whether the map is that of the step asked for last, also where it came at a later try", async () => {
  const { showing, told } = stage();
  const isThere = [];
  const first = showing.show({ seq: 5 }, "five");
  isThere.push(showing.isThere());
  told.asked[0].fail(lost());
  await first;
  isThere.push(showing.isThere());
  await soon();
  told.asked[1].answer({});
  await soon();
  isThere.push(showing.isThere());
  assert.deepEqual(isThere, [false, false, true]);
});

test("whoever hears of a step finds its line in the player", async () => {
  const { player, runs, steps, look } = history();
  await look(steps.b);
  const state = createState({ latest: { runs, gestures: [] }, server: null, annotation: null, annotationSeq: 0, serverPins: null });
  const heard = [];
  state.subscribe(["server"], () => heard.push(player.blocks().map(({ run }) => run.run_id)));
  await takeStep({ state, player }, { ...steps.a, head: { run_id: "a", attempt: 1, n: 2, epoch: 2 } }, { detail: {}, annotation: null, serverPins: null });
  assert.deepEqual(heard, [["a"]]);
});
