import assert from "node:assert/strict";
import { test } from "node:test";

import { mountNoMap, placeholderOf, whyNoMap } from "../../../assets/mappage/nomap.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const run = (state, kind = "pretrain") => ({ run_id: state, kind, state });
const HEAD = { run_id: "a", epoch: 1 };
const STOPPED = "Its first pretraining was stopped before it had drawn anything.";
const server = (runs, { head = null, archived = false } = {}) => ({ head, runs, project: { archived } });

/** The place of the map, as the page mounts it before anything is known; `told` is what it was made to show. */
function stage() {
  const told = [];
  const cover = {
    noMap: (why, action) => told.push(`card: ${why} [${action.label}]`),
    opening: (words) => told.push(words),
    clear: () => told.push("clear"),
  };
  const state = createState({ server: null, shown: null, isForming: false, isCardLost: false });
  mountNoMap({ state, cover, actions: { formAgain: () => {} } });
  return { state, told };
}

test("whyNoMap: only when nothing was drawn and nothing is under way", () => {
  assert.equal(whyNoMap(server([run("stopped")])), STOPPED);
  assert.match(whyNoMap(server([run("stopped"), run("failed")])), /failed before/);
  assert.equal(whyNoMap(server([run("failed"), run("queued")])), "");
  assert.equal(whyNoMap(server([run("stopped")], { head: HEAD })), "");
});

test("whyNoMap: a project without runs is about to form, unless that was refused or it is archived", () => {
  assert.equal(whyNoMap(server([]), true), "");
  assert.match(whyNoMap(server([]), false), /has not started/);
  assert.match(whyNoMap(server([], { archived: true })), /archived.*Bring it back/);
  assert.match(whyNoMap(server([run("stopped")], { archived: true })), /archived/);
  assert.equal(whyNoMap(server([run("finished")], { head: HEAD, archived: true })), "");
});

test("placeholderOf: the lost card first, then the map, then why there is none", () => {
  const value = { server: server([run("stopped")]), shown: null, isForming: false, isCardLost: false };
  assert.deepEqual(placeholderOf(value), { words: STOPPED, isCard: true });
  assert.deepEqual(placeholderOf({ ...value, shown: {} }), { words: "", isCard: false });
  assert.match(placeholderOf({ ...value, shown: {}, isCardLost: true }).words, /graphics card/);
  assert.equal(placeholderOf({ ...value, server: server([], { head: HEAD }) }).words, "Opening the map");
  const waits = (wait) => placeholderOf({ ...value, server: server([{ ...run("queued"), wait }]) }).words;
  assert.equal(waits("1 run before it, starts in about 20 s"), "1 run before it, starts in about 20 s");
  assert.equal(waits("Starts in a moment"), "The map is about to form itself");
});

test("the first that is known of a project already says why it has no map; a run makes way, a picture clears", () => {
  const { state, told } = stage();
  state.set({ server: server([run("stopped")]) });
  state.set({ server: server([run("stopped")]) });
  assert.deepEqual(told, [`card: ${STOPPED} [Form the map again]`]);
  state.set({ server: server([run("stopped"), run("queued")]) });
  state.set({ shown: {} });
  assert.deepEqual(told.slice(1), ["The map is about to form itself", "clear"]);
});

test("a card that comes back leaves what was there: the reason, the opening, or the map", () => {
  const { state, told } = stage();
  state.set({ server: server([run("stopped")]) });
  state.set({ isCardLost: true });
  state.set({ isCardLost: false });
  assert.equal(told.length, 3);
  assert.equal(told[2], told[0]);
  state.set({ server: server([run("running")]) });
  state.set({ isCardLost: true });
  state.set({ isCardLost: false });
  assert.equal(told.at(-1), "The map is about to form itself");
  state.set({ isCardLost: true });
  state.set({ shown: {} });
  assert.match(told.at(-1), /graphics card/, "a picture nobody can draw yet");
  state.set({ isCardLost: false });
  assert.equal(told.at(-1), "clear");
});

test("an archived project leads to where it can be brought back", () => {
  const { state, told } = stage();
  state.set({ server: server([], { archived: true }) });
  assert.match(told[0], /\[All projects\]$/);
});
