import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { createOutbox, readEntries } from "../../../assets/teaching/outbox.mjs";
import { createStore } from "../../../assets/shell/storing.mjs";
import { storageOf } from "../storage.mjs";

/** A server that can be away; it remembers what reached it. */
function fakeServer() {
  const server = { isAway: false, refuses: false, got: [], bodies: [] };
  server.post = async (path, body) => {
    if (server.isAway) throw new ApiError({ message: "Connection lost." });
    if (server.refuses) throw new ApiError({ message: "No.", status: 422 });
    server.got.push(body.key);
    server.bodies.push(body);
    return { seq: server.got.length, ...(body.new_class ? { class_index: 7 } : {}) };
  };
  return server;
}

test("a gesture goes out, is answered and is forgotten", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  const outbox = createOutbox({ post: server.post, storage });
  assert.deepEqual(await outbox.add("/g", { key: "a" }), { seq: 1 });
  assert.equal(storage.length, 0);
});

test("a flush of nothing does not strand what comes right after it", async () => {
  const server = fakeServer();
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  outbox.flush();
  await outbox.add("/g", { key: "a" });
  assert.deepEqual(server.got, ["a"]);
});

test("without a server they wait, in order, and go out with the same keys when it is back", async () => {
  const server = fakeServer();
  const counts = [];
  const outbox = createOutbox({ post: server.post, storage: storageOf(), onChange: (n) => counts.push(n) });
  server.isAway = true;
  const answers = [outbox.add("/g", { key: "a" }), outbox.add("/g", { key: "b" })];
  await outbox.flush();
  assert.equal(outbox.count(), 2);
  server.isAway = false;
  await outbox.flush();
  assert.deepEqual(server.got, ["a", "b"]);
  assert.deepEqual(await Promise.all(answers), [{ seq: 1 }, { seq: 2 }]);
  assert.equal(counts.at(-1), 0);
});

test("a reload loses nothing: the next page sends what the last one kept", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  server.isAway = true;
  createOutbox({ post: server.post, storage }).add("/g", { key: "a" });
  await Promise.resolve();
  server.isAway = false;
  storage.setItem("lodemap.outbox.broken", "{");
  storage.setItem("other", "1");
  await createOutbox({ post: server.post, storage }).flush();
  assert.deepEqual(server.got, ["a"]);
  assert.deepEqual(readEntries(storage), []);
});

test("what waits for a name is kept at once; it goes out after that, and what comes behind it after it", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  const outbox = createOutbox({ post: server.post, storage });
  let say;
  const answers = [outbox.add("/g", { key: "a" }, new Promise((resolve) => { say = resolve; })), outbox.add("/g", { key: "b" })];
  await new Promise(setImmediate);
  assert.deepEqual([readEntries(storage).map(({ body }) => body.key), server.got], [["a", "b"], []]);
  say("Ada");
  assert.deepEqual(await Promise.all(answers), [{ seq: 1 }, { seq: 2 }]);
  assert.deepEqual([server.got, storage.length], [["a", "b"], 0]);
});

test("a tab that crashed while somebody was asked for a name loses nothing", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  createOutbox({ post: server.post, storage }).add("/g", { key: "a" }, new Promise(() => {}));
  await createOutbox({ post: server.post, storage }).flush();
  assert.deepEqual(server.got, ["a"]);
});

test("a question for a name that fails holds nothing up", async () => {
  const server = fakeServer();
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  assert.deepEqual(await outbox.add("/g", { key: "a" }, Promise.reject(new Error("x is undefined"))), { seq: 1 });
});

test("a refusal is told and does not hold up the others", async () => {
  const server = fakeServer();
  server.refuses = true;
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  await assert.rejects(outbox.add("/g", { key: "a" }), /No\./);
  server.refuses = false;
  assert.deepEqual(await outbox.add("/g", { key: "b" }), { seq: 1 });
});

test("one kept by an earlier page that is refused is told, one of this page by its own answer", async () => {
  const [server, storage, told] = [fakeServer(), storageOf(), []];
  server.isAway = true;
  createOutbox({ post: server.post, storage }).add("/g", { key: "a" });
  await Promise.resolve();
  Object.assign(server, { isAway: false, refuses: true });
  const outbox = createOutbox({ post: server.post, storage, onRefused: (error) => told.push(error.message) });
  await assert.rejects(outbox.add("/g", { key: "b" }), /No\./);
  assert.deepEqual(told, ["A gesture kept from before was not taken. No."]);
  assert.equal(storage.length, 0);
});

test("what was kept stays while the server is back and cannot save yet; the next try sends it, and the reason is told once", async () => {
  const [server, storage, told] = [fakeServer(), storageOf(), []];
  let [now, tries] = [0, 0];
  const outbox = createOutbox({ post: (...args) => server.post(...args), storage, onRefused: (error) => told.push(error.message), now: () => now });
  server.isAway = true;
  const answers = [outbox.add("/g", { key: "a" }), outbox.add("/g", { key: "b" })];
  await outbox.flush();
  const { post } = server;
  server.post = async () => { tries += 1; throw new ApiError({ message: "The disk is full - not saved.", status: 507 }); };
  for (const ms of [0, 500, 500, 4000]) {
    now += ms;
    await outbox.flush();
  }
  assert.equal(tries, 2, "with a pause between");
  assert.deepEqual([outbox.count(), storage.length], [2, 2]);
  assert.deepEqual(told, ["The disk is full - not saved. 2 gestures made before are kept here and sent again."]);
  const next = createOutbox({ post: (...args) => server.post(...args), storage });
  await next.flush();
  assert.equal(next.count(), 2, "nor does a reload let them go");
  Object.assign(server, { isAway: false, post });
  now += 4000;
  await outbox.flush();
  assert.deepEqual([await Promise.all(answers), outbox.count()], [[{ seq: 1 }, { seq: 2 }], 0]);
});

test("what was just done and cannot be saved is told at once", async () => {
  const post = async () => { throw new ApiError({ message: "The disk is full - not saved.", status: 507 }); };
  const outbox = createOutbox({ post, storage: storageOf() });
  await assert.rejects(outbox.add("/g", { key: "a" }), /not saved/);
  assert.equal(outbox.count(), 0);
});

const MAKER = { key: "a", new_class: { name: "fig" } };
const DEPENDANT = { key: "b", verb: "annotate", class_index: { made_by: "a" } };

test("what names a class that is still on its way goes out with the index the answer gave", async () => {
  const server = fakeServer();
  server.isAway = true;
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  const answers = [outbox.add("/g", MAKER), outbox.add("/g", DEPENDANT), outbox.add("/g", { key: "c", class_index: 0, into: { made_by: "a" } })];
  await outbox.flush();
  server.isAway = false;
  await outbox.flush();
  await Promise.all(answers);
  await outbox.add("/g", { ...DEPENDANT, key: "d" });
  assert.deepEqual(server.bodies.slice(1).map((body) => [body.class_index, body.into]), [[7, undefined], [0, 7], [7, undefined]]);
});

test("a reload between the two finds the index too", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  server.isAway = true;
  const outbox = createOutbox({ post: server.post, storage });
  outbox.add("/g", MAKER);
  outbox.add("/g", DEPENDANT);
  await outbox.flush();
  server.isAway = false;
  server.post = async (path, body) => {
    if (body.key === "b") throw new ApiError({ message: "Connection lost." });
    return { seq: 1, class_index: 7 };
  };
  await createOutbox({ post: (...args) => server.post(...args), storage }).flush();
  assert.deepEqual(readEntries(storage).map(({ body }) => body.class_index), [7]);
});

test("what names a class that was never made is refused with a sentence, and not sent", async () => {
  const server = fakeServer();
  server.refuses = true;
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  await Promise.all([assert.rejects(outbox.add("/g", MAKER), /No\./), assert.rejects(outbox.add("/g", DEPENDANT), /was not made/)]);
  assert.deepEqual([server.got, outbox.count()], [[], 0]);
});

test("storage that is full still lets a gesture through", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  storage.setItem = () => { throw new Error("QuotaExceededError"); };
  await createOutbox({ post: server.post, storage: createStore(() => storage) }).add("/g", { key: "a" });
  assert.deepEqual(server.got, ["a"]);
});

test("what the browser did not take waits on the next page of the visit, and is sent from there", async () => {
  const [server, storage] = [fakeServer(), createStore(() => { throw new DOMException("denied", "SecurityError"); })];
  server.isAway = true;
  createOutbox({ post: server.post, storage }).add("/g", { key: "a" });
  await Promise.resolve();
  server.isAway = false;
  const next = createOutbox({ post: server.post, storage });
  assert.equal(next.count(), 1);
  await next.flush();
  assert.deepEqual([server.got, storage.length], [["a"], 0]);
});

test("an undo is about the gesture it was offered for, also where that is on its way or was saved before a reload", async () => {
  const [server, storage] = [fakeServer(), storageOf()];
  server.isAway = true;
  const outbox = createOutbox({ post: server.post, storage });
  outbox.add("/g", { key: "a", verb: "annotate" });
  outbox.add("/g", { key: "u", verb: "undo", expected: { seq_of: "a" } });
  await outbox.flush();
  server.isAway = false;
  const next = createOutbox({ post: server.post, storage });
  await next.flush();
  assert.equal(server.bodies[1].expected, 1);
  await next.add("/g", { key: "v", verb: "undo", expected: { seq_of: "a" } });
  assert.equal(server.bodies[2].expected, 1);
});

test("an undo of what was not saved takes nothing else back", async () => {
  const server = fakeServer();
  const outbox = createOutbox({ post: server.post, storage: storageOf() });
  server.refuses = true;
  const [gesture, undo] = [outbox.add("/g", { key: "a" }), outbox.add("/g", { key: "u", verb: "undo", expected: { seq_of: "a" } })];
  await assert.rejects(gesture);
  await assert.rejects(undo, /was not saved, so nothing was taken back/);
  assert.deepEqual(server.got, []);
});
