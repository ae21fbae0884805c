import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../../assets/shell/storing.mjs";
import { storageOf } from "../storage.mjs";

test("what a browser takes is kept by it alone, and found by the next page", () => {
  const storage = storageOf();
  const store = createStore(() => storage);
  assert.equal(store.getItem("theme"), null);
  assert.equal(store.setItem("theme", "dark"), true);
  assert.equal(createStore(() => storage).getItem("theme"), "dark");
  assert.deepEqual([store.length, store.key(0)], [1, "theme"]);
  storage.setItem("theme", "light"); // by another tab
  assert.equal(store.getItem("theme"), "light");
  store.removeItem("theme");
  assert.deepEqual([store.getItem("theme"), storage.length], [null, 0]);
});

test("where even the mention of storage throws, a value lasts until the page is left", () => {
  const store = createStore(() => { throw new DOMException("denied", "SecurityError"); });
  assert.equal(store.getItem("theme"), null);
  assert.equal(store.setItem("theme", "dark"), false);
  assert.deepEqual([store.getItem("theme"), store.length, store.key(0)], ["dark", 1, "theme"]);
  store.removeItem("theme");
  assert.deepEqual([store.getItem("theme"), store.length, store.key(0)], [null, 0, null]);
});

test("a value that does not fit stands in place of the older one, until one fits again", () => {
  const storage = storageOf({ hints: "0" });
  const store = createStore(() => storage);
  const { setItem } = storage;
  storage.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  assert.equal(store.setItem("hints", 1), false);
  store.setItem("tool", "pan");
  assert.equal(store.getItem("hints"), "1");
  assert.deepEqual([store.length, store.key(0), store.key(1), store.key(2)], [2, "hints", "tool", null], "each is listed once");
  storage.setItem = setItem;
  assert.equal(store.setItem("hints", "2"), true);
  assert.deepEqual([store.getItem("hints"), storage.getItem("hints")], ["2", "2"]);
});
