import assert from "node:assert/strict";
import { test } from "node:test";

import { matches } from "../../../assets/shell/finding.mjs";

test("every word must be in the name or in the data set", () => {
  assert.ok(matches("Round drawings Quick, Draw!", "DRAW round"));
  assert.ok(matches("Round drawings", "  "));
  assert.ok(!matches("Round drawings", "draw threes"));
});
