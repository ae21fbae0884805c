import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { VERBS } from "../../../assets/parts/verbs.mjs";
import { gestureWords } from "../../../assets/motion/timeline.mjs";

const RECORDS = new URL("../../../store/records.py", import.meta.url);
/** What the history tells in other words: as steps, or not at all. */
const NO_GESTURES = ["update", "undo", "redo"];

test("every gesture of the journal has its words", () => {
  const [, listed] = readFileSync(RECORDS, "utf8").match(/^Verb = Literal\[([^\]]+)\]/m);
  const verbs = [...listed.matchAll(/"(\w+)"/g)].map(([, verb]) => verb);
  assert.deepEqual([...Object.keys(VERBS), ...NO_GESTURES].sort(), verbs.sort());
});

test("a dot says what was done in words, with the names that the classes have", () => {
  const classes = [{ name: "apple" }];
  const said = (verb, more = {}) => gestureWords({ verb, count: 3, author: "", class_index: 0, ...more }, classes);
  assert.deepEqual(["annotate", "move", "release_class"].map((verb) => said(verb)), ["3 named apple", "3 moved and named apple", "apple released"]);
  assert.equal(said("move", { class_index: null }), "3 moved");
  assert.deepEqual(["add_class", "merge_class", "reset"].map((verb) => said(verb)), ["new class", "merge of classes", "reset"]);
  assert.equal(said("split_class"), "split class", "of a server that is newer than the page");
});

test("what was done is said at once, with counts as a person would write them", () => {
  assert.equal(VERBS.clear.done(1), "1 sample has no name now.");
  assert.equal(VERBS.release.done(1213), "1,213 pins released.");
});
