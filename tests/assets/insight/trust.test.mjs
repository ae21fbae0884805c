import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { againIn, isOf, mountTrust } from "../../../assets/insight/trust.mjs";

const SHOWN = { runId: "r", epoch: 3 };
const HEAD = { run_id: "r", epoch: 3 };
const soon = () => new Promise((done) => setImmediate(done));

test("what was told counts for the very snapshot it is of", () => {
  const told = { state: "ready", run_id: "r", epoch: 3 };
  assert.equal(isOf(told, SHOWN), true);
  assert.equal(isOf(told, { ...SHOWN, epoch: 2.5 }), false);
  assert.equal(isOf(told, { ...SHOWN, part: 0.5 }), false, "on the way to the next run");
  assert.equal(isOf({ ...told, state: "working" }, SHOWN), false);
  assert.equal(isOf(told, null), false);
  assert.deepEqual(["working", "waiting", "ready", "no_map"].map((name) => againIn({ state: name }) > 0), [true, true, false, false]);
});

test("it is asked for while the map is coloured by it, shown for its snapshot, and not asked twice", async () => {
  let asked = 0;
  const api = { trust: async () => { asked += 1; return { state: "ready", run_id: "r", epoch: 3, trust: btoa("\x00\xff") }; } };
  const state = createState({ colorMode: "class", shown: SHOWN, server: { head: HEAD }, projectId: "p", trust: null });
  const stop = mountTrust({ state, api, onError: assert.fail });
  await soon();
  assert.equal(asked, 0);
  state.set({ colorMode: "trust" });
  await soon();
  assert.deepEqual([asked, ...state.get().trust], [1, 0, 255]);
  state.set({ shown: { runId: "r", epoch: 2 } });
  assert.equal(state.get().trust, null);
  await soon();
  assert.equal(asked, 1);
  state.set({ shown: SHOWN });
  assert.deepEqual([...state.get().trust], [0, 255]);
  stop();
});

test("what was lost with the connection is asked for again once it is back, though nothing else changed", async () => {
  let isAway = true;
  const api = { trust: async () => { if (isAway) throw new ApiError({ message: "Connection lost.", code: "lost" }); return { state: "ready", run_id: "r", epoch: 3, trust: btoa("\xff") }; } };
  const state = createState({ colorMode: "class", shown: SHOWN, server: { head: HEAD }, projectId: "p", trust: null, connection: "ok" });
  const stop = mountTrust({ state, api, onError: assert.fail });
  state.set({ colorMode: "trust" });
  await soon();
  state.set({ connection: "lost" });
  isAway = false;
  state.set({ connection: "ok" });
  await soon();
  assert.deepEqual([...state.get().trust], [255]);
  stop();
});

test("what was refused is not asked for again before there is another map, or it is chosen again", async () => {
  let asked = 0;
  const told = [];
  const api = { trust: async () => { asked += 1; throw new ApiError({ message: "gone", status: 500 }); } };
  const state = createState({ colorMode: "trust", shown: SHOWN, server: { head: HEAD }, projectId: "p", trust: null });
  const stop = mountTrust({ state, api, onError: (error) => told.push(error.message) });
  for (const digest of [1, 2, 3, 4]) {
    state.set({ server: { head: { ...HEAD }, digest } });
    await soon();
  }
  assert.deepEqual([asked, told.length], [1, 1]);
  state.set({ colorMode: "class" });
  state.set({ colorMode: "trust" });
  await soon();
  assert.equal(asked, 2);
  state.set({ server: { head: { ...HEAD, epoch: 4 } }, shown: { ...SHOWN, epoch: 4 } });
  await soon();
  assert.equal(asked, 3);
  stop();
});

test("a refusal is told once, and an answer after the page has gone changes nothing", async () => {
  const told = [];
  const state = createState({ colorMode: "trust", shown: SHOWN, server: { head: HEAD }, projectId: "p", trust: null });
  const stop = mountTrust({ state, api: { trust: async () => { throw new ApiError({ message: "gone", status: 500 }); } }, onError: (error) => told.push(error.message) });
  await soon();
  assert.deepEqual(told, []);
  state.set({ shown: { ...SHOWN } });
  await soon();
  assert.deepEqual(told, ["gone"]);
  stop();
});

test("where a page shows older maps too it is told of the newest alone, and not asked for of the others", async () => {
  let asked = 0;
  const api = { trust: async () => { asked += 1; return { state: "ready", run_id: "r", epoch: 3, trust: btoa("\xff") }; } };
  const older = { shown: { ...SHOWN, runId: "q" }, server: { head: { ...HEAD, run_id: "q" } } };
  const state = createState({ colorMode: "trust", ...older, latest: { head: HEAD }, projectId: "p", trust: null });
  const stop = mountTrust({ state, api, onError: assert.fail, newest: ({ latest }) => latest.head });
  state.set({ server: { ...older.server } });
  await soon();
  assert.deepEqual([asked, state.get().trust], [0, null]);
  state.set({ shown: SHOWN, server: { head: HEAD } });
  await soon();
  assert.deepEqual([asked, ...state.get().trust], [1, 255]);
  stop();
});
