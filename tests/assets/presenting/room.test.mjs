import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, createRoom, hangBell, pauseMs } from "../../../assets/presenting/room.mjs";

/** A room over sockets that the test opens, breaks and speaks through. */
function stage(mock) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sockets = [];
  const heard = [];
  const on = (name) => (value) => heard.push([name, value]);
  const open = (address) => {
    const socket = { address, readyState: 1, sent: [], send(text) { this.sent.push(JSON.parse(text)); }, close() { this.isClosed = true; } };
    sockets.push(socket);
    return socket;
  };
  const listeners = { onRoom: on("room"), onView: on("view"), onSamples: on("samples"), onPoint: on("point"), onTold: on("told"), onLine: on("line"), onNews: on("news") };
  const room = createRoom({ projectId: "p", address: "ws://here", open, ...listeners });
  const say = (message) => sockets.at(-1).onmessage({ data: JSON.stringify(message) });
  const enter = (more = {}) => { say({ is: "you", id: "a" }); say({ is: "room", people: [{ id: "a", name: "Ada" }], presenter: null, ...more }); };
  return { room, sockets, heard, say, enter, last: (name) => heard.findLast(([each]) => each === name)?.[1] };
}

test("address: by websocket to where the page came from, encrypted where that is", () => {
  assert.equal(addressOf("p", { protocol: "http:", host: "a:1" }), "ws://a:1/api/projects/p/room");
  assert.equal(addressOf("p", { protocol: "https:", host: "a" }), "wss://a/api/projects/p/room");
  assert.equal(addressOf("p", { protocol: "http:", host: "a" }, "7-b"), "ws://a/api/projects/p/room?person=7-b");
});

test("pauses grow up to eight seconds and differ between browsers", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 99].map((nth) => pauseMs(nth, 0.5)), [500, 1000, 2000, 4000, 8000, 8000]);
  assert.ok(pauseMs(0, 0) < pauseMs(0, 1));
});

test("nothing is said before the server knows this page", ({ mock }) => {
  const { room, sockets, enter, last } = stage(mock);
  assert.equal(room.say("present"), false);
  enter();
  assert.equal(last("line"), true);
  assert.equal(last("room").me.name, "Ada");
  assert.equal(room.say("view", { view: {} }), true);
  assert.deepEqual(sockets[0].sent, [{ do: "view", view: {} }]);
});

test("a broken connection comes back and is what it was", ({ mock }) => {
  const { room, sockets, enter, last } = stage(mock);
  enter();
  room.want("follow");
  sockets[0].onclose({ code: 1006 });
  assert.equal(last("line"), false);
  mock.timers.tick(700);
  assert.equal(sockets.length, 2);
  sockets[1].onclose({ code: 1006 });
  mock.timers.tick(700);
  assert.equal(sockets.length, 2, "the second pause is longer");
  mock.timers.tick(700);
  enter();
  assert.deepEqual(sockets[2].sent, [{ do: "follow", on: true }]);
  assert.equal(last("line"), true);
});

test("what is gone is not asked for again, what is full a good while later", ({ mock }) => {
  const gone = stage(mock);
  gone.sockets[0].onclose({ code: 4004 });
  mock.timers.tick(100_000);
  assert.equal(gone.sockets.length, 1);
  mock.timers.reset();
  const full = stage(mock);
  full.sockets[0].onclose({ code: 4013 });
  mock.timers.tick(29_000);
  assert.equal(full.sockets.length, 1);
  mock.timers.tick(2000);
  assert.equal(full.sockets.length, 2);
});

test("another name begins anew; an old connection is not heard any more", ({ mock }) => {
  const { room, sockets, heard, enter } = stage(mock);
  enter();
  room.want("present");
  room.restart();
  assert.ok(sockets[0].isClosed);
  const { length } = heard;
  sockets[0].onmessage({ data: '{"is": "view", "view": {}}' });
  sockets[0].onclose({ code: 1000 });
  assert.equal(heard.length, length);
  enter();
  assert.deepEqual(sockets[1].sent, [{ do: "present" }]);
  room.close();
  sockets[1].onclose({ code: 1000 });
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 2);
});

test("what a page restarts for is said once it is in, however often it restarts before", ({ mock }) => {
  const { room, sockets, enter } = stage(mock);
  enter();
  room.want("follow");
  room.restart("ask");
  room.restart(); // the page hears of the new name as well
  assert.deepEqual(sockets[1].sent, []);
  enter();
  assert.deepEqual(sockets[2].sent, [{ do: "follow", on: true }, { do: "ask" }]);
  room.restart();
  enter();
  assert.deepEqual(sockets[3].sent, [{ do: "follow", on: true }]);
});

test("every kind of message reaches its listener, an unknown one nobody", ({ mock }) => {
  const { say, last, heard } = stage(mock);
  say({ is: "view", view: { n: 1 }, term: 2 });
  say({ is: "samples", samples: "AA==" });
  say({ is: "point", by: "b", place: [1, 2] });
  say({ is: "told", code: "gone", name: "Ben" });
  say({ is: "refused", code: "x", message: "No." });
  const { length } = heard;
  say({ is: "riddle" });
  assert.equal(heard.length, length);
  assert.deepEqual([last("view"), last("samples"), last("point")], [{ n: 1 }, "AA==", { by: "b", place: [1, 2] }]);
  assert.deepEqual(last("told"), { code: "refused", name: "No.", reason: "x" });
});

test("news is passed on, also before the room names this page", ({ mock }) => {
  const { say, heard } = stage(mock);
  say({ is: "news" });
  assert.deepEqual(heard, [["news", undefined]]);
});

test("a bell rings, says when it is cut, and is hung up", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [sockets, heard] = [[], []];
  const open = (address) => {
    sockets.push({ address, close() { this.isClosed = true; } });
    return sockets.at(-1);
  };
  assert.equal(addressOf("p", { protocol: "http:", host: "a:1" }, "7-b", true), "ws://a:1/api/projects/p/room?bell=1&person=7-b");
  const bell = hangBell("p", { ring: () => heard.push("ring"), cut: () => heard.push("cut") }, { open, address: "ws://here?bell=1" });
  const say = (message) => sockets.at(-1).onmessage({ data: JSON.stringify(message) });
  say({ is: "you", id: "a" });
  say({ is: "news" });
  sockets[0].onclose({ code: 1006 });
  assert.deepEqual(heard, ["ring", "cut"]);
  mock.timers.tick(700);
  assert.equal(sockets.length, 2);
  bell.close();
  assert.equal(sockets[1].isClosed, true);
});

test("a machine that has slept enters by a new connection, and is what it was", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sockets = [];
  const wakers = new Set();
  const waking = { onWake: (fn) => { wakers.add(fn); return () => wakers.delete(fn); }, onDoubt: () => () => {} };
  const open = () => { sockets.push({ readyState: 1, sent: [], send(text) { this.sent.push(JSON.parse(text)); }, close() { this.isClosed = true; } }); return sockets.at(-1); };
  const nothing = () => {};
  const room = createRoom({ projectId: "p", address: "ws://here", open, waking, onRoom: nothing, onView: nothing, onSamples: nothing, onPoint: nothing, onTold: nothing, onLine: nothing });
  room.want("follow");
  wakers.forEach((fn) => fn());
  assert.deepEqual([sockets.length, sockets[0].isClosed], [2, true]);
  sockets[0].onclose({ code: 1006 });
  mock.timers.tick(10_000);
  assert.equal(sockets.length, 2, "the dead one is not mourned");
  for (const message of [{ is: "you", id: "a" }, { is: "room", people: [{ id: "a", name: "Ada" }], presenter: null }]) sockets[1].onmessage({ data: JSON.stringify(message) });
  assert.deepEqual(sockets[1].sent, [{ do: "follow", on: true }]);
  room.close();
  assert.equal(wakers.size, 0);
});

test("a network that came or went: whoever is connected asks for a ring, a bell too, and who is not waits for that of entering", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [sockets, doubters, heard] = [[], new Set(), []];
  const waking = { onWake: () => () => {}, onDoubt: (fn) => { doubters.add(fn); return () => doubters.delete(fn); } };
  const open = () => { sockets.push({ readyState: 0, sent: [], send(text) { this.sent.push(JSON.parse(text)); }, close() {} }); return sockets.at(-1); };
  const bell = hangBell("p", { ring: () => heard.push("ring"), cut: () => heard.push("cut") }, { open, waking, address: "ws://here?bell=1" });
  doubters.forEach((fn) => fn());
  assert.deepEqual(sockets[0].sent, []);
  sockets[0].readyState = 1;
  doubters.forEach((fn) => fn());
  assert.deepEqual(sockets[0].sent, [{ do: "ring" }]);
  sockets[0].onmessage({ data: '{"is": "news"}' });
  assert.deepEqual(heard, ["ring"]);
  sockets[0].onclose({ code: 1006 });
  doubters.forEach((fn) => fn());
  assert.deepEqual([sockets.length, sockets[0].sent.length], [1, 1]);
  bell.close();
  assert.equal(doubters.size, 0);
});
