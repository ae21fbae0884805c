import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../assets/api.mjs";
import { createOutbox, readEntries } from "../../assets/outbox.mjs";

/** A localStorage in memory. */
function fakeStorage() {
  const items = new Map();
  return {
    get length() { return items.size; },
    key: (i) => [...items.keys()][i],
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, String(value)),
    removeItem: (key) => items.delete(key),
  };
}

/** A server that can be away; it remembers what reached it. */
function fakeServer() {
  const server = { isAway: false, refuses: false, got: [] };
  server.post = async (path, body) => {
    if (server.isAway) throw new ApiError({ message: "Connection lost." });
    if (server.refuses) throw new ApiError({ message: "No.", status: 422 });
    server.got.push(body.key);
    return { seq: server.got.length };
  };
  return server;
}

test("a gesture goes out, is answered and is forgotten", async () => {
  const [server, storage] = [fakeServer(), fakeStorage()];
  const outbox = createOutbox({ post: server.post, storage });
  assert.deepEqual(await outbox.add("/g", { key: "a" }), { seq: 1 });
  assert.equal(storage.length, 0);
});

test("a flush of nothing does not strand what comes right after it", async () => {
  const server = fakeServer();
  const outbox = createOutbox({ post: server.post, storage: fakeStorage() });
  outbox.flush();
  await outbox.add("/g", { key: "a" });
  assert.deepEqual(server.got, ["a"]);
});

test("without a server they wait, in order, and go out with the same keys when it is back", async () => {
  const server = fakeServer();
  const counts = [];
  const outbox = createOutbox({ post: server.post, storage: fakeStorage(), onChange: (n) => counts.push(n) });
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
  const [server, storage] = [fakeServer(), fakeStorage()];
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

test("a refusal is told and does not hold up the others", async () => {
  const server = fakeServer();
  server.refuses = true;
  const outbox = createOutbox({ post: server.post, storage: fakeStorage() });
  await assert.rejects(outbox.add("/g", { key: "a" }), /No\./);
  server.refuses = false;
  assert.deepEqual(await outbox.add("/g", { key: "b" }), { seq: 1 });
});

test("storage that is full still lets a gesture through", async () => {
  const [server, storage] = [fakeServer(), fakeStorage()];
  storage.setItem = () => { throw new Error("QuotaExceededError"); };
  await createOutbox({ post: server.post, storage }).add("/g", { key: "a" });
  assert.deepEqual(server.got, ["a"]);
});
