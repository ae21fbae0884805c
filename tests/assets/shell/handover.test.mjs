import assert from "node:assert/strict";
import test from "node:test";

import { packIds } from "../../../assets/parts/codec.mjs";
import { handSelection, takeSelection } from "../../../assets/shell/handover.mjs";
import { createStore } from "../../../assets/shell/storing.mjs";
import { storageOf } from "../storage.mjs";

function newTab() {
  const storage = storageOf();
  return createStore(() => storage);
}

test("what is handed over is taken once, by its own project", () => {
  const tab = newTab();
  assert.equal(handSelection("p", packIds(Uint32Array.of(3, 7, 40), 60), tab), true);
  assert.equal(takeSelection("q", 60, tab), null);
  assert.deepEqual([...takeSelection("p", 60, tab)], [3, 7, 40]);
  assert.equal(takeSelection("p", 60, tab), null);
});

test("ids of another data set and damaged text are no selection", () => {
  const tab = newTab();
  handSelection("p", packIds(Uint32Array.of(3, 59), 4000), tab);
  assert.deepEqual([...takeSelection("p", 10, tab)], [3]);
  tab.setItem("lodemap.handed.p", "%%%");
  assert.equal(takeSelection("p", 10, tab), null);
});

test("a browser that keeps nothing says so", () => {
  const tab = createStore(() => { throw new Error("forbidden"); });
  assert.equal(handSelection("p", new Uint8Array(1), tab), false);
  assert.equal(takeSelection("p", 10, tab), null);
});
