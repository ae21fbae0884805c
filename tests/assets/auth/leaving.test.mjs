import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { askWords, clearAll, signOut } from "../../../assets/auth/leaving.mjs";
import { createStore } from "../../../assets/shell/storing.mjs";
import { createOutbox } from "../../../assets/teaching/outbox.mjs";
import { storageOf } from "../storage.mjs";

const namesIn = (storage) => Array.from({ length: storage.length }, (_, nth) => storage.key(nth));

const gesture = (key, by) => ({ [`lodemap.outbox.${key}`]: JSON.stringify({ at: 1, path: "/g", body: { key }, ...(by ? { by } : {}) }) });

/** What happened: what was posted, what was asked, where the way led. */
function scene({ stored = {}, answers = () => ({}), agrees = true } = {}) {
  const seen = { posted: [], asked: [], left: null };
  const storages = [storageOf(stored), storageOf({ "lodemap.presents": "x" })].map((storage) => createStore(() => storage));
  const post = async (path, body) => {
    seen.posted.push(path);
    return answers(path, body);
  };
  const ask = async (words) => {
    seen.asked.push(words);
    return agrees;
  };
  const run = () => signOut({ api: { post }, ask, place: { replace: (to) => { seen.left = to; } }, storages });
  return { seen, storages, run };
}

const away = () => { throw new ApiError({ message: "Connection lost." }); };

test("whoever has nothing unsent is asked nothing, and nothing but the theme stays", async () => {
  const { seen, storages, run } = scene({ stored: { "lodemap.person": "ada", "lodemap.theme": "dark", "lodemap-import": "i", "lodemap.choice.p": "1", other: "app" } });
  assert.equal(await run(), true);
  assert.deepEqual(seen, { posted: ["/api/logout"], asked: [], left: "/login" });
  assert.deepEqual(namesIn(storages[0]).sort(), ["lodemap.theme", "other"]);
  assert.equal(storages[1].length, 0);
});

test("what a page keeps as it ends is kept no more once its person has signed out", async () => {
  const { storages, run } = scene();
  assert.equal(storages[1].setItem("lodemap.left.ada.p", "{}"), true);
  await run();
  assert.equal(storages[1].setItem("lodemap.left.ada.p", "{}"), false, "no reload finds it");
});

test("a gesture that waits is sent first, and then nobody need be asked", async () => {
  const { seen, run } = scene({ stored: gesture("a") });
  assert.equal(await run(), true);
  assert.deepEqual(seen.posted, ["/g", "/api/logout"]);
  assert.deepEqual(seen.asked, []);
});

test("one that cannot be sent is asked about; who stays keeps it and stays signed in", async () => {
  const { seen, storages, run } = scene({ stored: gesture("a"), answers: (path) => (path === "/g" ? away() : {}), agrees: false });
  assert.equal(await run(), false);
  assert.deepEqual(seen.posted, ["/g"]);
  assert.equal(seen.asked.length, 1);
  assert.equal(seen.left, null);
  assert.ok(storages[0].getItem("lodemap.outbox.a"));
});

test("one that somebody else left here is asked about too, and not sent", async () => {
  const { seen, storages, run } = scene({ stored: gesture("b", "ben") });
  assert.equal(await run(), true);
  assert.deepEqual(seen.posted, ["/api/logout"]);
  assert.match(seen.asked[0].text, /somebody else made/);
  assert.equal(storages[0].getItem("lodemap.outbox.b"), null);
});

test("where the server is away nobody is signed out, and nothing is let go of", async () => {
  const { seen, storages, run } = scene({ stored: gesture("a"), answers: away });
  globalThis.document = { querySelector: () => null, getElementById: () => null, createElement: () => { throw new Error("no page"); } };
  await run().catch(() => {}); // the sentence has no page to stand on here
  delete globalThis.document;
  assert.equal(seen.left, null);
  assert.ok(storages[0].getItem("lodemap.outbox.a"));
});

test("a sign-in that has ended already leads out as well", async () => {
  const { seen, storages, run } = scene({ stored: { "lodemap.person": "ada" }, answers: () => { throw new ApiError({ message: "No.", status: 401, code: "sign_in_needed" }); } });
  assert.equal(await run(), true);
  assert.equal(seen.left, "/login");
  assert.equal(storages[0].length, 0);
});

test("what is said before something is lost", () => {
  assert.deepEqual(askWords(1, 0), { title: "Sign out and lose 1 gesture?", text: "1 gesture of yours has not reached the server. Stay until the connection is back, and nothing is lost." });
  assert.match(askWords(2, 1).text, /^2 gestures of yours have .* 1 gesture that somebody else made in this browser waits until/);
  assert.equal(askWords(2, 1).title, "Sign out and lose 3 gestures?");
});

test("all of this app goes but the theme, of each storage", () => {
  const storage = storageOf({ "lodemap.a": "1", "lodemap-b": "2", lodemapped: "3", "lodemap.theme": "dark" });
  clearAll([storage]);
  assert.deepEqual(namesIn(storage), ["lodemapped", "lodemap.theme"]);
});

test("a gesture is its author's: another person's page neither sends nor drops it", async () => {
  const storage = storageOf();
  const sent = [];
  const ada = createOutbox({ post: async () => away(), storage, person: "ada" });
  ada.add("/g", { key: "a" }).catch(() => {});
  await ada.flush();
  const ben = createOutbox({ post: async (path, body) => { sent.push(body.key); return {}; }, storage, person: "ben" });
  await ben.flush();
  assert.deepEqual([sent, ben.count()], [[], 0]);
  const again = createOutbox({ post: async (path, body) => { sent.push(body.key); return {}; }, storage, person: "ada" });
  await again.flush();
  assert.deepEqual(sent, ["a"]);
  assert.equal(storage.length, 0);
});
