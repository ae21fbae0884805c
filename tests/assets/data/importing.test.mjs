import assert from "node:assert/strict";
import test from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { crc32 } from "../../../assets/data/crc32.mjs";
import { phaseOf } from "../../../assets/data/importing.mjs";
import { look, OUTLINE, READY, setup, source } from "./importing_stage.mjs";

test("a file is announced, sent, read, and its samples are fetched", async () => {
  const { importing, state, names } = setup([look("reading", { outline: OUTLINE }), READY]);
  await importing.begin(source);
  assert.equal(state.get().phase, "ready");
  assert.deepEqual([...state.get().samples.flags], [1]);
  assert.deepEqual(names(), ["begin", "piece", "samples"]);
  assert.equal(importing.remembered(), "i1");
});

test("what cannot be recognised is refused, taken back, and the page is as before", async () => {
  const failed = look("failed", { error: { code: "corrupt", message: "a.zip is not an archive." } });
  const { importing, state, told, names } = setup([failed]);
  await importing.begin(source);
  assert.deepEqual(told.refused, ["a.zip is not an archive."]);
  assert.equal(state.get().phase, "choosing");
  assert.ok(names().includes("cancel"));
  assert.equal(importing.remembered(), null);
});

test("what was sent outlives a full disk and an error of the server", async () => {
  for (const [status, message] of [[507, "The disk is full."], [500, "Something went wrong."]]) {
    const { importing, state, told, asked } = setup([], { piece: async () => { throw new ApiError({ message, status }); } });
    await importing.begin(source);
    assert.deepEqual([told.refused, told.there, state.get().phase, state.get().imported], [[message], ["i1"], "choosing", null]);
    assert.deepEqual(asked.map(([name]) => name), ["begin"], "nothing is taken back");
  }
});

test("what is refused for good is taken back, and nothing is left of what never began", async () => {
  const gone = setup([], { piece: async () => { throw new ApiError({ message: "It is gone.", status: 404 }); } });
  await gone.importing.begin(source);
  assert.deepEqual([gone.told.there, gone.asked.map(([name]) => name)], [[null], ["begin", "cancel"]]);
  const full = setup([], { begin: async () => { throw new ApiError({ message: "The disk is full.", status: 507 }); } });
  await full.importing.begin(source);
  assert.deepEqual([full.told.refused, full.told.there, full.asked], [["The disk is full."], [null], []]);
});

test("a sample set that failed is known as one after a reload too", async () => {
  const failed = (isFetched) => look("failed", { is_fetched: isFetched, error: { message: "The set could not be fetched." } });
  for (const isFetched of [true, false]) {
    const { importing, told } = setup([failed(isFetched)]);
    await importing.resume(failed(isFetched));
    assert.deepEqual(told.fetched, [isFetched]);
  }
});

test("what failed in an earlier visit is taken up where it can be mended", async () => {
  const failed = look("failed", { outline: OUTLINE, error: { code: "no_numbers", message: "There are no numbers." } });
  const { importing, state, told, names } = setup([failed]);
  await importing.resume(failed);
  assert.deepEqual([state.get().phase, state.get().problem, told.refused, names()], ["failed", "There are no numbers.", [], []]);
});

test("what another tab did with an import since the page was opened is asked before it goes on", async () => {
  const kept = setup([look("kept", { project_id: "p1", outline: OUTLINE })]);
  await kept.importing.resume(READY);
  assert.deepEqual([kept.told.kept, kept.told.refused, kept.importing.remembered(), kept.asked], [["p1"], [], null, []]);
  const gone = setup([look("cancelled", { outline: OUTLINE })]);
  await gone.importing.resume(READY);
  assert.deepEqual([gone.told.refused, gone.state.get().phase, gone.state.get().imported, gone.importing.remembered()], [["a.zip was discarded elsewhere."], "choosing", null, null]);
  const anew = setup([look("reading"), READY]);
  await anew.importing.resume(READY);
  assert.deepEqual([anew.state.get().phase, anew.names()], ["ready", ["samples"]]);
  const none = setup([], { look: async () => { throw new ApiError({ message: "There is no such import.", status: 404 }); } });
  await none.importing.resume(READY);
  assert.deepEqual([none.told.refused, none.state.get().phase, none.asked], [["There is no such import."], "choosing", []]);
});

test("which files are being sent is known to other visits, until all is there or it is taken back", async () => {
  let told;
  const half = setup([], { piece: async () => { throw new ApiError({ message: "The disk is full.", status: 507 }); } });
  await half.importing.begin(source);
  assert.deepEqual(half.importing.labelled(look("receiving")).imprint, [1, 2, 3]);
  await half.importing.discard(look("receiving"));
  assert.deepEqual([half.importing.labelled(look("receiving")).imprint, half.names()], [null, ["begin", "cancel"]]);
  const whole = setup([], { piece: async () => { told = whole.imprints.length; return READY; } });
  await whole.importing.begin(source);
  assert.deepEqual([told, whole.imprints.length], [1, 0]);
  const gone = setup([], { piece: async () => { throw new ApiError({ message: "It is gone.", status: 404 }); } });
  await gone.importing.begin(source);
  assert.equal(gone.imprints.length, 0);
});

test("files of imports that the server knows no more are forgotten, and nothing else", async () => {
  const KEY = "lodemap-import-files-";
  const { importing, imprints } = setup([], { list: async () => { imprints.setItem(`${KEY}begun`, "[2]"); return [look("receiving")]; } });
  for (const key of [`${KEY}i1`, `${KEY}gone`, `${KEY}old`, "lodemap-theme"]) imprints.setItem(key, "[1]");
  assert.deepEqual((await importing.list()).map(({ imprint }) => imprint), [[1]]);
  assert.deepEqual(Array.from({ length: imprints.length }, (_, nth) => imprints.key(nth)), [`${KEY}i1`, "lodemap-theme", `${KEY}begun`]);
});

test("cancel ends what is going on, and nothing of it is heard any more", async () => {
  let arrive;
  const { importing, state, told } = setup([], { piece: () => new Promise((resolve) => { arrive = resolve; }) });
  const going = importing.begin(source);
  await new Promise((resolve) => setImmediate(resolve));
  importing.cancel();
  arrive(look("reading"));
  await going;
  assert.deepEqual([state.get().phase, state.get().imported, told.refused], ["choosing", null, []]);
});

/** Answers that come when the test says so. */
function later(value) {
  let arrive;
  const answer = new Promise((resolve) => { arrive = () => resolve(value); });
  return { ask: () => answer, arrive };
}

test("cancelled before the server has answered, an import is taken back once it has", async () => {
  const made = { begin: later(look("receiving", { received: 0 })), sample: later(look("reading")) };
  for (const [kind, start] of [["begin", (importing) => importing.begin(source)], ["sample", (importing) => importing.trySample({ set: "digits" })]]) {
    const { importing, state, asked } = setup([], { [kind]: made[kind].ask });
    const going = start(importing);
    importing.cancel();
    made[kind].arrive();
    await going;
    assert.deepEqual([asked, importing.remembered(), state.get().phase], [[["cancel", "i1"]], null, "choosing"], kind);
  }
});

test("a set that is asked for while the page is left goes on, and is found again", async () => {
  const made = later(look("reading"));
  const { importing, asked } = setup([], { sample: made.ask });
  const going = importing.trySample({ set: "digits" });
  importing.stop();
  made.arrive();
  await going;
  assert.deepEqual([asked, importing.remembered()], [[], "i1"]);
});

test("each state of the server is a phase of the page", () => {
  const states = ["receiving", "reading", "ready", "keeping", "kept", "failed", "cancelled"];
  assert.deepEqual(states.map((state) => phaseOf({ state })), ["reading", "reading", "ready", "keeping", "keeping", "failed", "choosing"]);
});

test("a folder that is looked through is there by its name, and goes when it is cancelled", () => {
  const { importing, state, names } = setup([]);
  const { signal, onFound } = importing.walk("birds");
  onFound(1200);
  assert.deepEqual([state.get().phase, state.get().source.label, state.get().walked], ["walking", "birds", 1200]);
  importing.cancel();
  onFound(1300);
  assert.deepEqual([signal.aborted, state.get().phase, state.get().walked, names()], [true, "choosing", 0, []]);
});

test("what another browser began goes on with the very file alone", async () => {
  const half = look("receiving", { received: 2, imprint: null });
  const sum = async (importId, at, length) => ({ crc32: crc32(new Uint8Array([7, 8, 0, 0]).slice(at, at + length)), length });
  const holding = (bytes) => ({ ...source, label: "a.zip", read: async (at, length) => new Uint8Array(bytes).slice(at, at + length) });
  const same = setup([half, READY], { sum });
  await same.importing.goOn(holding([7, 8, 9, 9]), half);
  assert.deepEqual([same.state.get().phase, same.told.refused], ["ready", []]);
  for (const bytes of [[7, 9, 9, 9], [7]]) {
    const other = setup([half], { sum });
    await other.importing.goOn(holding(bytes), half);
    assert.match(other.told.refused[0], /^a\.zip is not the file that was partly sent\./);
    assert.deepEqual([other.told.there, other.asked, other.state.get().phase], [["i1"], [], "choosing"]);
  }
});

test("what this browser began goes on without being read again", async () => {
  const { importing, state, names } = setup([READY]);
  await importing.goOn(source, look("receiving", { received: 2, imprint: [1, 2, 3] }));
  assert.deepEqual([state.get().phase, names()], ["ready", ["piece", "samples"]]);
});
