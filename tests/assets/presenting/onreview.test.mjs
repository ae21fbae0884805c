// What following does to the Review page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountPresentingOnReview } from "../../../assets/presenting/onreview.mjs";
import { pageOf } from "../nodes.mjs";

const ADA = { id: "a", person: "1", name: "Ada", color: 1, follows: false, asks: false };
const BEN = { ...ADA, id: "b", person: "2", name: "Ben" };
const soon = () => new Promise((done) => { setImmediate(done); });

test("a step that whoever presents presses is waited for: the playhead does not run to the end of the one before", async (t) => {
  const asked = [];
  const root = pageOf(["map-window", "top-live", "top-people", "toast-host", "toast-errors"]);
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  let socket = null;
  Object.assign(globalThis, {
    location: { protocol: "http:", host: "h", search: "" }, addEventListener() {}, removeEventListener() {}, cancelAnimationFrame() {}, innerWidth: 1280, innerHeight: 800,
    WebSocket: class { readyState = 1; constructor() { socket = this; } send() {} close() { this.readyState = 3; } },
  });
  const state = createState({ projectId: "p", connection: "ok", view: null, session: { name: "Ada" }, latentDim: 2, playback: { mode: "paused" }, chosen: null, history: { here: 9, steps: [{ step_id: 4 }, { step_id: 9 }] } });
  const stage = { main: {}, player: { blocks: () => [], goLive: () => asked.push("at once") }, goLive: () => asked.push(state.get().chosen) };
  const destroy = mountPresentingOnReview({ state, root, keys: { register: () => () => {} }, stage, polling: { ring() {}, cut() {} } });
  t.after(() => { destroy(); t.mock.timers.tick(60_000); });
  const hear = (message) => socket.onmessage({ data: JSON.stringify(message) });
  hear({ is: "you", id: "a" });
  hear({ is: "room", people: [ADA, BEN], presenter: { id: "b", name: "Ben", color: 1, gone: false } });
  root.querySelector('[data-do="follow"]').click();
  await soon();
  hear({ is: "view", view: { page: "review", step_id: 4, time: { mode: "live" } } });
  assert.deepEqual(asked, [4]);
});
