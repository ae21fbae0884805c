// What following does to the Map page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { packIds, toBase64 } from "../../../assets/parts/codec.mjs";
import { EMPTY } from "../../../assets/parts/selection.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { mountPresentingOnMap } from "../../../assets/presenting/onmap.mjs";
import { createActions } from "../../../assets/teaching/actions.mjs";
import { pageOf } from "../nodes.mjs";

const ADA = { id: "a", person: "1", name: "Ada", color: 1, follows: false, asks: false };
const BEN = { ...ADA, id: "b", person: "2", name: "Ben" };
const soon = () => new Promise((done) => { setImmediate(done); });

/** Ada's Map page in the room of a project that Ben presents, and what is sent to the journal. */
function stage(t) {
  const told = { sent: [] };
  const root = pageOf(["map-window", "color-mode", "main-pane", "top-live", "top-people", "toast-host", "toast-errors"]);
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  Object.assign(globalThis, {
    location: { protocol: "http:", host: "h", search: "" }, addEventListener() {}, removeEventListener() {}, cancelAnimationFrame() {}, innerWidth: 1280, innerHeight: 800,
    WebSocket: class { readyState = 1; constructor() { told.socket = this; } send() {} close() { this.readyState = 3; } },
  });
  const state = createState({
    projectId: "p", connection: "ok", view: null, selection: EMPTY, session: { name: "Ada" }, dataset: { num_samples: 60 }, label: new Int16Array(60), picture: { runId: "mine", n: 3 },
    pending: [], annotationSeq: 0, server: { runs: [] }, classes: [{ class_index: 0, name: "apple", color: 1, merged_into: null }],
  });
  const outbox = { add: (_path, body) => { told.sent.push(body); return new Promise(() => {}); } };
  const actions = createActions({ api: {}, state, outbox, sync: {}, showToast: () => ({ close() {}, withdraw() {} }), dialogs: {}, ensureName: async () => "Ada", knobs: {}, player: {} });
  const destroy = mountPresentingOnMap({ state, root, keys: { register: () => () => {} }, map: { main: {}, side: null }, player: {}, sync: { ring() {}, cut() {} }, actions });
  const hear = (message) => told.socket.onmessage({ data: JSON.stringify(message) });
  hear({ is: "you", id: "a" });
  hear({ is: "room", people: [ADA, BEN], presenter: { id: "b", name: "Ben", color: 1, gone: false } });
  t.after(() => { destroy(); t.mock.timers.tick(60_000); });
  return { told, state, actions, hear, root };
}

test("what is named of a presenter's selection says the map on the screen it came to", async (t) => {
  const { told, state, actions, hear, root } = stage(t);
  root.querySelector('[data-do="follow"]').click();
  await soon();
  hear({ is: "samples", samples: toBase64(packIds(Uint32Array.of(3, 7), 60)) });
  assert.deepEqual([...state.get().selection.ids], [3, 7]);
  state.set({ picture: { runId: "mine", n: 4 } });
  actions.annotate(0);
  assert.deepEqual(told.sent.map(({ snapshot }) => snapshot), [{ run_id: "mine", n: 3 }]);
  hear({ is: "samples", samples: "" });
  assert.equal(state.get().selection, EMPTY);
});
