import assert from "node:assert/strict";
import { test } from "node:test";

import { isOfView } from "../../../assets/presenting/hands.mjs";
import { stageOf, towards } from "../../../assets/presenting/pointers.mjs";

test("a dot goes towards its place, and stands there at once where it was nowhere", () => {
  assert.deepEqual(towards(null, [2, 3]), [2, 3]);
  assert.deepEqual(towards([0, 0], [2, 4], 0.5), [1, 2]);
  assert.deepEqual(towards([0, 0], [1, 2, 3]), [1, 2, 3]);
});

test("a dot that rests fades and goes", () => {
  assert.deepEqual([0, 1500, 1700, 2500].map(stageOf), ["shown", "shown", "resting", "gone"]);
});

const key = (name, { typed = false, inBar = false, ...held } = {}) => ({ key: name, ...held, target: { matches: () => typed, closest: () => inBar } });

test("keys of the view stop following; typing, and keys of the bar, do not", () => {
  for (const name of [" ", "f", "ArrowLeft", "End", "+"]) assert.ok(isOfView(key(name), false), name);
  assert.ok(isOfView(key("a", { ctrlKey: true }), false));
  for (const name of [".", "Escape", "?", "Tab", "1"]) assert.ok(!isOfView(key(name), false), name);
  assert.ok(!isOfView(key("f", { typed: true }), false));
  assert.ok(!isOfView(key(" ", { inBar: true }), false));
});
