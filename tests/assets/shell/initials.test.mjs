import assert from "node:assert/strict";
import { test } from "node:test";

import { initials } from "../../../assets/shell/initials.mjs";

test("initials: first and last word, whole characters, G for a guest", () => {
  assert.equal(initials("Ada Lovelace"), "AL");
  assert.equal(initials("Ada King of Lovelace"), "AL");
  assert.equal(initials("ada"), "A");
  assert.equal(initials("🍎 pie"), "🍎P");
  assert.equal(initials("   "), "G");
  assert.equal(initials(null), "G");
});
