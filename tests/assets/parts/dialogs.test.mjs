import assert from "node:assert/strict";
import { test } from "node:test";

import { askClass, freeSlot, nameProblem, slotName } from "../../../assets/parts/dialogs.mjs";
import { pageOf } from "../nodes.mjs";

const named = (color, mergedInto = null) => ({ color, merged_into: mergedInto });

test("nameProblem: a plain name is fine, also one that looks like markup", () => {
  assert.equal(nameProblem("  apple "), "");
  assert.equal(nameProblem("<b>apple</b>"), "");
  assert.equal(nameProblem("りんご 🍎"), "");
});

test("nameProblem: empty, too long, invisible or taken names are told apart", () => {
  assert.match(nameProblem("   "), /^Type a class name/);
  assert.match(nameProblem("x".repeat(300)), /300 characters; 200 is the limit/);
  assert.match(nameProblem("a\u0007b"), /cannot be seen/);
  assert.match(nameProblem("a\u202eb"), /cannot be seen/);
  assert.match(nameProblem("Apple", { taken: ["apple"] }), /named Apple already/);
});

test("nameProblem: an emoji counts as one character", () => {
  assert.equal(nameProblem("🍎".repeat(60), { limit: 60 }), "");
});

test("freeSlot: the first colour no living class has", () => {
  assert.equal(freeSlot([]), 0);
  assert.equal(freeSlot([named(0), named(1), named(3)]), 2);
  assert.equal(freeSlot([named(0, 1), named(1)]), 0);
});

test("freeSlot: past 36 classes the colours repeat", () => {
  const full = Array.from({ length: 36 }, (_, slot) => named(slot));
  assert.equal(freeSlot(full), 0);
});

test("slotName: colour and mark in words", () => {
  assert.equal(slotName(0), "blue disc");
  assert.equal(slotName(14), "amber square");
  assert.equal(slotName(35), "sky triangle");
});

test("a new class says which selection it names at once, and nothing of one where there is none", () => {
  const said = (more) => {
    const page = pageOf();
    askClass({ mode: "add", classes: [], ...more });
    return page.textContent;
  };
  assert.match(said({ toName: 163 }), /The 163 samples selected will be named so\..*Add and name/);
  assert.doesNotMatch(said({}), /named so|and name/);
});
