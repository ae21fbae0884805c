// Presenting on a page whose connection the test opens and cuts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountPresenting } from "../../../assets/presenting/presenting.mjs";
import { pageOf } from "../nodes.mjs";

const ADA = { id: "a", person: "1", name: "Ada", color: 1, follows: false, asks: false };
const BEN = { ...ADA, id: "b", person: "2", name: "Ben" };
const soon = () => new Promise((done) => { setImmediate(done); });

/** A page in the room of a project, and what it sends there. */
function stage(t, presenter = null) {
  const told = { sent: [], colors: [] };
  const root = pageOf(["map-window", "top-live", "top-people", "toast-host", "toast-errors"]);
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  Object.assign(globalThis, {
    location: { protocol: "http:", host: "h", search: "" }, addEventListener() {}, removeEventListener() {}, cancelAnimationFrame() {}, innerWidth: 1280, innerHeight: 800,
    WebSocket: class { readyState = 1; constructor() { told.socket = this; } send(text) { told.sent.push(JSON.parse(text)); } close() { this.readyState = 3; } },
  });
  const state = createState({ connection: "ok", view: null, selection: { ids: new Uint32Array(0) }, session: { name: "Ada" } });
  const mount = (page) => mountPresenting({ page, projectId: t.name, state, root, keys: { register: () => () => {} }, map: {}, player: {}, select() {}, setColor: (mode) => told.colors.push(mode) });
  let destroy = mount("map");
  const hear = (message) => told.socket.onmessage({ data: JSON.stringify(message) });
  hear({ is: "you", id: "a" });
  hear({ is: "room", people: [ADA, BEN], presenter });
  const press = async (name) => { root.querySelector(`[data-do="${name}"]`).click(); await soon(); };
  const said = () => root.querySelectorAll(".notice-toast .toast-words").map((each) => each.textContent);
  t.after(() => { destroy(); t.mock.timers.tick(60_000); });
  const goTo = (page, meanwhile = () => {}) => { destroy(); meanwhile(); destroy = mount(page); };
  return { state, told, hear, press, said, root, goTo };
}
const presenterOf = ({ id, name, color }) => ({ id, name, color, gone: false });

test("to present over an open connection is sent, and needs no word", async (t) => {
  const { told, press, said } = stage(t);
  await press("present");
  assert.deepEqual([told.sent, said()], [[{ do: "present" }], []]);
});

test("to present without a connection is not sent, and one sentence says so", async (t) => {
  const { state, told, press, said } = stage(t);
  state.set({ connection: "lost" }); // the wire of the room looks open for a while
  await press("present");
  assert.deepEqual([told.sent, said()], [[], ["Connection lost. You can present once it is back."]]);
});

test("the button stays when the room's own wire breaks, and says the same", async (t) => {
  const { told, press, said } = stage(t);
  told.socket.onclose({ code: 1006 });
  await press("present");
  assert.deepEqual([told.sent, said()], [[], ["Connection lost. You can present once it is back."]]);
});

test("nobody is asked for a name in order to present while the connection is away", async (t) => {
  const { state, hear, told, press, said } = stage(t);
  hear({ is: "room", people: [{ ...ADA, name: null }], presenter: null });
  state.set({ connection: "lost" });
  await press("present");
  assert.deepEqual([told.sent, said()], [[], ["Connection lost. You can present once it is back."]]);
});

test("to ask says so too", async (t) => {
  const { told, press, said } = stage(t, presenterOf(BEN));
  await press("follow");
  told.sent.length = 0;
  told.socket.onclose({ code: 1006 });
  await press("ask");
  assert.deepEqual([told.sent, said()], [[], ["Connection lost. You can ask once it is back."]]);
});

test("who points with the connection away is told", async (t) => {
  const { told, press, said } = stage(t);
  told.socket.onclose({ code: 1006 });
  await press("point");
  assert.deepEqual(said(), ["Connection lost. Others see where you point once it is back."]);
});

test("so it is with handing over, answering and stopping", async (t) => {
  const { told, hear, press, said } = stage(t);
  hear({ is: "room", people: [ADA, { ...BEN, asks: true }], presenter: presenterOf(ADA) });
  told.sent.length = 0;
  told.socket.onclose({ code: 1006 });
  await press("hand");
  await press("decline");
  await press("stop");
  assert.deepEqual(told.sent, []);
  assert.deepEqual(said(), ["Connection lost. You can hand over once it is back.", "Connection lost. You can answer once it is back.", "Connection lost. You stop presenting once it is back."]);
});

test("who follows goes on following on the next page, and is told the newest view there", async (t) => {
  const { told, hear, press, goTo } = stage(t, presenterOf(BEN));
  await press("follow");
  told.sent.length = 0;
  goTo("review");
  assert.deepEqual(told.sent, [{ do: "follow", on: false }, { do: "follow", on: true }], "said anew, it brings the newest view");
  hear({ is: "view", view: { color_mode: "label" } });
  assert.deepEqual(told.colors, ["label"]);
});

test("who followed somebody that stops between two pages follows nobody on the next, nor after a break", async (t) => {
  const { told, hear, press, goTo, root } = stage(t, presenterOf(BEN));
  await press("follow");
  told.sent.length = 0;
  goTo("review", () => hear({ is: "room", people: [ADA, BEN], presenter: null }));
  told.socket.onclose({ code: 1006 });
  t.mock.timers.tick(1000);
  hear({ is: "you", id: "a" });
  hear({ is: "room", people: [ADA, BEN], presenter: presenterOf(BEN) });
  assert.deepEqual(told.sent, []);
  assert.ok(root.querySelector('[data-do="follow"]'));
});
