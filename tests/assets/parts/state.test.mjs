import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";

test("subscribe: only what is watched and truly changed is told", () => {
  const state = createState({ a: 1, b: 2 });
  const seen = [];
  state.subscribe(["a"], ({ a }) => seen.push(a));
  state.set({ b: 3 });
  state.set({ a: 1 });
  state.set({ a: 5, b: 5 });
  assert.deepEqual(seen, [5]);
});

test("set inside a listener: every listener sees the changes in one order", () => {
  const state = createState({ a: 0, b: 0 });
  const seen = [];
  state.subscribe(["a"], ({ a }) => { if (a === 1) state.set({ b: 1 }); });
  state.subscribe(["a", "b"], (_, changed) => seen.push([...changed].join()));
  state.set({ a: 1 });
  assert.deepEqual(seen, ["a", "b"]);
});

test("unsubscribe: ends it, even in the middle of a round", () => {
  const state = createState({ a: 0 });
  const seen = [];
  let stop = () => {};
  state.subscribe(["a"], () => stop());
  stop = state.subscribe(["a"], () => seen.push("late"));
  state.set({ a: 1 });
  assert.deepEqual(seen, []);
});

test("a listener that throws does not stop the next change", () => {
  const state = createState({ a: 0 });
  state.subscribe(["a"], ({ a }) => { if (a === 1) throw new Error("broken"); });
  assert.throws(() => state.set({ a: 1 }));
  let seen = 0;
  state.subscribe(["a"], ({ a }) => { seen = a; });
  state.set({ a: 2 });
  assert.equal(seen, 2);
});
