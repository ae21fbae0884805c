import assert from "node:assert/strict";
import { test } from "node:test";

import { createChoices } from "../../../assets/mappage/choices.mjs";

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, String(value)) };
}

test("a choice is remembered, by project", () => {
  const kept = storage();
  createChoices("one", kept).remember("sight", "flat");
  createChoices("one", kept).setOn("force", true);
  assert.equal(createChoices("one", kept).recall("sight", "space"), "flat");
  assert.equal(createChoices("two", kept).recall("sight", "space"), "space");
  assert.deepEqual([createChoices("one", kept).isOn("force"), createChoices("two", kept).isOn("force")], [true, false]);
  createChoices("one", kept).setOn("force", false);
  assert.equal(createChoices("one", kept).isOn("force"), false);
});

test("without storage, or with one that refuses, nothing fails", () => {
  const refuse = () => { throw new Error("refused"); };
  for (const each of [null, { getItem: refuse, setItem: refuse }]) {
    const choices = createChoices("one", each);
    choices.remember("sight", "flat");
    assert.equal(choices.recall("sight", "space"), "space");
  }
});
