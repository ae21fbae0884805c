import assert from "node:assert/strict";
import { test } from "node:test";

import { createChoices } from "../../../assets/mappage/choices.mjs";
import { storageOf } from "../storage.mjs";

test("a choice is remembered, by project", () => {
  const kept = storageOf();
  createChoices("one", kept).remember("sight", "flat");
  createChoices("one", kept).setOn("force", true);
  assert.equal(createChoices("one", kept).recall("sight", "space"), "flat");
  assert.equal(createChoices("two", kept).recall("sight", "space"), "space");
  assert.deepEqual([createChoices("one", kept).isOn("force"), createChoices("two", kept).isOn("force")], [true, false]);
  createChoices("one", kept).setOn("force", false);
  assert.equal(createChoices("one", kept).isOn("force"), false);
});
