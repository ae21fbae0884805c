import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { paceOf, withNames } from "../../../assets/motion/sync.mjs";
import { RUN, stage } from "./sync_stage.mjs";

test("paceOf: most often until a run shows something, seldom where nothing learns", () => {
  const begun = { ...RUN, last_n: 0, position: 0 };
  const [idle, beginning, waiting, live] = [[], [begun], [{ ...begun, state: "queued", position: 2 }], [{ ...begun, last_n: 3 }]].map(paceOf);
  assert.ok(beginning < live && live < idle);
  assert.equal(waiting, live);
  assert.equal(paceOf([{ ...RUN, state: "finished" }]), idle);
  assert.equal(paceOf(undefined), idle);
});

test("tick: takes in a new state and its annotations, once per journal position", async () => {
  const { sync, state, told, answers, pass } = stage();
  await sync.tick();
  assert.deepEqual([...state.get().annotation], [1, -1]);
  answers.state = { digest: "d2", seq: 1, runs: [] };
  pass(1000);
  await sync.tick();
  assert.equal(state.get().server.digest, "d2");
  assert.deepEqual(told.asked, [["state", undefined], ["annotation", 1], ["state", "d1"]]);
});

test("tick: not due, not asked; a poke asks at once", async () => {
  const { sync, told, pass } = stage();
  await sync.tick();
  pass(100);
  await sync.tick();
  assert.equal(told.asked.filter(([what]) => what === "state").length, 1);
  await sync.again();
  assert.equal(told.asked.filter(([what]) => what === "state").length, 2);
});

test("tick: never two questions of a kind under way", async () => {
  const { sync, told, api, pass } = stage();
  let open;
  api.state = () => { told.asked.push(["slow"]); return new Promise((resolve) => { open = resolve; }); };
  const first = sync.tick();
  pass(5000);
  sync.tick();
  sync.tick();
  open({ unchanged: true });
  await first;
  assert.equal(told.asked.length, 1);
});

test("frames: asked from the last one known while a run is live, and the end of a run is noticed", async () => {
  const { sync, told, answers, state } = stage({ runs: [RUN] });
  await sync.tick();
  answers.frames = { state: "running", frames: [{ n: 1 }, { n: 2 }] };
  await sync.tick();
  answers.frames = { state: "finished", frames: [{ n: 3 }] };
  answers.state = { digest: "d2", seq: 1, runs: [{ ...RUN, state: "finished" }] };
  await sync.tick();
  await sync.again();
  assert.deepEqual(told.frames.map(({ n }) => n), [1, 2, 3]);
  assert.deepEqual(told.asked.filter(([what]) => what === "frames").map(([, after]) => after), [0, 0, 2]);
  assert.equal(state.get().server.runs[0].state, "finished");
});

test("frames: a run the state has just told of is asked for in the same tick", async () => {
  const { sync, told, answers } = stage({ runs: [RUN] });
  answers.frames = { state: "running", frames: [{ n: 1 }] };
  await sync.tick();
  assert.deepEqual(told.frames.map(({ n }) => n), [1]);
});

test("needIndex: pages through what an older run left, and asks no more once it has it", async () => {
  const { sync, told, answers } = stage({ runs: [{ ...RUN, state: "finished" }] });
  await sync.tick();
  answers.frames = { state: "finished", frames: [{ n: 1 }, { n: 2 }] };
  await sync.needIndex("r");
  await sync.needIndex("r");
  assert.deepEqual(told.asked.filter(([what]) => what === "frames"), [["frames", 0]]);
});

test("needIndex: pages of any length, until the last frame is known or nothing comes", async () => {
  const readTo = async (last) => {
    const { sync, told, api } = stage({ runs: [{ ...RUN, state: "finished", last_n: 7 }] });
    api.frames = async (_, after) => ({ state: "finished", frames: [1, 2, 3].map((n) => ({ n: after + n })).filter(({ n }) => n <= last) });
    await sync.tick();
    await sync.needIndex("r");
    return told.frames.map(({ n }) => n);
  };
  assert.deepEqual(await readTo(7), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(await readTo(5), [1, 2, 3, 4, 5], "the list is shorter than was said");
});

test("a lost connection is no error; a refusal is", async () => {
  const { sync, told, api, pass } = stage();
  api.state = () => Promise.reject(new ApiError({ message: "Connection lost." }));
  await sync.tick();
  assert.equal(told.errors.length, 0);
  api.state = () => Promise.reject(new ApiError({ message: "No.", status: 422 }));
  pass(2000);
  await sync.tick();
  assert.equal(told.errors[0].message, "No.");
});

test("a project that is deleted meanwhile is told once, and nothing is asked any more", async () => {
  const { sync, told, api, pass } = stage({ runs: [RUN] });
  await sync.tick();
  const gone = (what) => () => { told.asked.push([what]); return Promise.reject(new ApiError({ message: "Gone.", code: "not_found", status: 404 })); };
  api.frames = gone("frames");
  api.state = gone("state");
  for (let i = 0; i < 4; i += 1) {
    pass(2000);
    await sync.tick();
  }
  assert.deepEqual([told.gone, told.errors], [1, []]);
  assert.equal(told.asked.filter(([what, ...rest]) => what === "state" && rest.length === 0).length, 1);
});

test("frames: the rest of a run that has ended is read, though its end was heard of first", async () => {
  const { sync, told, answers, pass } = stage({ runs: [RUN] });
  await sync.tick();
  answers.frames = { state: "running", frames: [{ n: 1 }, { n: 2 }] };
  await sync.tick();
  answers.state = { digest: "d2", seq: 1, runs: [{ ...RUN, state: "finished", last_n: 4 }] };
  answers.frames = { state: "running", frames: [] };
  pass(1000);
  await sync.tick();
  answers.frames = { state: "finished", frames: [{ n: 3 }, { n: 4 }] };
  await sync.tick();
  await sync.tick();
  assert.deepEqual(told.frames.map(({ n }) => n), [1, 2, 3, 4]);
  assert.deepEqual(told.asked.filter(([what]) => what === "frames").map(([, after]) => after), [0, 0, 2, 2]);
});

test("frames: a list that stays short of what the run says is not asked for for ever", async () => {
  const { sync, told, answers } = stage({ runs: [{ ...RUN, state: "finished" }] });
  answers.frames = { state: "finished", frames: [] };
  for (let i = 0; i < 4; i += 1) await sync.tick();
  assert.equal(told.asked.filter(([what]) => what === "frames").length, 1);
});

test("what waits in the outbox is tried again with each look at the server", async () => {
  const { sync, told, outbox } = stage();
  outbox.count = () => 2;
  await sync.tick();
  assert.equal(told.flushed, 1);
});

test("names: the few that changed are laid over a copy; what does not fit is no answer", () => {
  const known = Int16Array.of(-1, -1, 4);
  assert.deepEqual([...withNames(known, 3, { after: 3, ids: [0, 2], values: [7, -2] })], [7, -1, -2]);
  assert.deepEqual([...known], [-1, -1, 4]);
  assert.equal(withNames(known, 4, { after: 3, ids: [], values: [] }), null);
  assert.equal(withNames(known, 3, undefined), null);
  assert.equal(withNames(null, -1, undefined), null);
});

test("names told with the state are not asked for, and are no part of the state", async () => {
  const { sync, state, told, answers, pass } = stage();
  await sync.tick();
  answers.state = { digest: "d2", seq: 2, runs: [], names: { after: 1, ids: [1], values: [5] } };
  pass(1000);
  await sync.tick();
  assert.deepEqual([...state.get().annotation], [1, 5]);
  assert.deepEqual([state.get().annotationSeq, state.get().server.names], [2, undefined]);
  assert.deepEqual(told.seqs, [-1, 1]);
  answers.state = { digest: "d3", seq: 4, runs: [], names: { after: 1, ids: [0], values: [9] } };
  pass(1000);
  await sync.tick();
  assert.deepEqual([...state.get().annotation], [4, -1]);
});
