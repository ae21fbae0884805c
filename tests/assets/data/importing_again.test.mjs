// What was sent is read otherwise or made a project: refusals and losses on the way.

import assert from "node:assert/strict";
import test from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { carried } from "../../../assets/data/importing.mjs";
import { look, lostFirst, OUTLINE, READY, setup, source } from "./importing_stage.mjs";

test("what fails after it was recognised may be read otherwise", async () => {
  const failed = look("failed", { outline: OUTLINE, error: { code: "no_numbers", message: "There are no numbers." } });
  const { importing, state, names } = setup([failed]);
  await importing.begin(source);
  assert.deepEqual([state.get().phase, state.get().problem], ["failed", "There are no numbers."]);
  assert.ok(!names().includes("cancel"));
  await importing.readAgain({ side: 16 });
  assert.equal(state.get().phase, "ready");
});

test("reading otherwise goes on by itself where the request or the samples are lost, and says so meanwhile", async () => {
  const { importing, state } = setup([READY, READY], { read: lostFirst(1, look("reading")), samples: lostFirst(1, new Uint8Array([0, 0, 1]).buffer) });
  const seen = [];
  state.subscribe(["isLost"], ({ isLost, phase }) => seen.push([isLost, phase]));
  await importing.resume(READY);
  assert.deepEqual(seen, [[true, "ready"], [false, "ready"]]);
  await importing.readAgain({ side: 16 });
  assert.deepEqual(seen.slice(2), [[true, "reading"], [false, "reading"]]);
  assert.deepEqual([state.get().phase, state.get().problem, state.get().samples.flags.length], ["ready", "", 1]);
});

test("where reading otherwise is refused, what is in force is shown, with the reason", async () => {
  const read = async () => { throw new ApiError({ message: "The side is too long.", status: 422 }); };
  const { importing, state, told } = setup([READY, look("kept", { project_id: "p1", outline: OUTLINE })], { read });
  state.set({ phase: "ready", imported: READY });
  const done = importing.readAgain({ side: 9000 });
  assert.deepEqual([state.get().phase, state.get().wanted], ["reading", { side: 9000 }]);
  await done;
  const { phase, problem, wanted, samples } = state.get();
  assert.deepEqual([phase, problem, wanted, samples.flags.length], ["ready", "The side is too long.", null, 1]);
  await importing.readAgain({ side: 9000 });
  assert.deepEqual(told.kept, ["p1"], "another tab kept it");
});

test("a kept import leads to its project; asked again where the answer was lost", async () => {
  let tries = 0;
  const keep = async () => { tries += 1; if (tries === 1) throw new ApiError({ message: "Connection lost." }); return look("kept", { project_id: "p1" }); };
  const { importing, told } = setup([], { keep });
  await importing.resume(READY);
  await importing.keep({ name: "A" });
  assert.deepEqual([tries, told.kept], [2, ["p1"]]);
});

test("keeping asks until there is an answer, and a refusal ends the loss", async () => {
  const answers = [new ApiError({ message: "Connection lost." }), new ApiError({ message: "Connection lost." }), look("kept", { project_id: "p1" })];
  const sent = [];
  const keep = async (_, settings) => { sent.push(settings); const answer = answers.shift(); if (answer instanceof Error) throw answer; return answer; };
  const { importing, state, told } = setup([], { keep });
  const seen = [];
  await importing.resume(READY);
  state.subscribe(["isLost"], ({ isLost, phase }) => seen.push([isLost, phase]));
  await importing.keep({ name: "A" });
  assert.deepEqual([told.kept, seen, sent], [["p1"], [[true, "keeping"], [false, "keeping"]], Array(3).fill({ name: "A" })]);
  answers.push(new ApiError({ message: "Connection lost." }), new ApiError({ message: "The name is taken.", status: 409 }));
  await importing.keep({ name: "A" });
  assert.deepEqual([state.get().isLost, state.get().problem], [false, "The name is taken."]);
});

test("a refused name leaves the import as it is", async () => {
  const { importing, state, told } = setup([], { keep: async () => { throw new ApiError({ message: "The name is taken.", status: 409 }); } });
  await importing.resume(READY);
  await importing.keep({ name: "A" });
  assert.deepEqual([state.get().phase, state.get().problem, told.refused], ["ready", "The name is taken.", []]);
});

test("a moment without connection while it is read is no reason to give up", async () => {
  let away = 2;
  const looks = async () => { if (away-- > 0) throw new ApiError({ message: "Connection lost." }); return READY; };
  const { importing, state } = setup([], { look: looks });
  await importing.begin(source);
  assert.equal(state.get().phase, "ready");
});

test("while files are read again, what they were found to be stays", () => {
  const before = { ...READY, options: {} };
  const shown = carried(look("reading"), before);
  assert.deepEqual([shown.outline, shown.summary, shown.isBefore, shown.state], [OUTLINE, READY.summary, true, "reading"]);
  assert.equal(carried(look("reading", { import_id: "other" }), before).outline, null);
  assert.equal(carried(READY, before), READY);
});

test("what could not be made a project is ready again, and says why", async () => {
  const keeping = async () => look("keeping", { outline: OUTLINE });
  const back = { ...READY, error: { code: "invalid_input", message: "A map needs 2 samples or more." } };
  const { importing, state } = setup([READY], { keep: keeping });
  await importing.begin(source);
  const again = setup([back], { keep: keeping });
  again.state.set({ phase: "ready", imported: READY });
  await again.importing.keep({ name: "A" });
  assert.deepEqual([again.state.get().phase, again.state.get().problem], ["ready", "A map needs 2 samples or more."]);
  assert.equal(state.get().problem, "");
});

test("a reading that is stopped leads back to the options before it, and nothing is discarded", async () => {
  const wanted = [];
  const read = async (_, options) => { wanted.push(options); return options.side === 16 ? new Promise(() => {}) : look("reading"); };
  const { importing, state, names } = setup([READY], { read });
  state.set({ phase: "ready", imported: { ...READY, options: { side: 28 } } });
  importing.readAgain({ side: 16 });
  assert.deepEqual(state.get().before, { side: 28 });
  importing.readAgain({ side: 16, color: "grey" });
  assert.deepEqual(state.get().before, { side: 28 }, "that of what was read last");
  await importing.goBack();
  assert.deepEqual([wanted.at(-1), state.get().phase, state.get().before], [{ side: 28 }, "ready", null]);
  assert.ok(!names().includes("cancel"));
});
