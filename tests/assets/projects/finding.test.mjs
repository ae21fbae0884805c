import assert from "node:assert/strict";
import { test } from "node:test";

import { isOffered, matches } from "../../../assets/projects/finding.mjs";

test("every word must be in the name or in the data set", () => {
  assert.ok(matches("Round drawings Quick, Draw!", "DRAW round"));
  assert.ok(matches("Round drawings", "  "));
  assert.ok(!matches("Round drawings", "draw threes"));
});

test("there is a search where many cards are, and where a word stands in it", () => {
  assert.deepEqual([isOffered(6, 7, ""), isOffered(7, 7, ""), isOffered(0, 7, "draw")], [false, true, true]);
});
