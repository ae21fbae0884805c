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
  for (const { nouns } of Object.values(VERBS)) assert.deepEqual(nouns.map((each) => /^\w[\w ]+$/.test(each)), [true, true]);
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
  const said = Object.entries(VERBS).filter(([, each]) => each.done).map(([verb, { done }]) => [verb, done(1), done(1213)]);
  assert.deepEqual(said, [
    ["clear", "1 sample has no name now.", "1,213 samples have no name now."],
    ["mark_unsure", "1 sample marked as unsure.", "1,213 samples marked as unsure."],
    ["move", "1 sample moved.", "1,213 samples moved."],
    ["pin", "1 sample pinned.", "1,213 samples pinned."],
    ["release", "1 pin released.", "1,213 pins released."],
    ["reset", "Back at the project's start.", "Back at the project's start."],
  ]);
});

test("a dot whose noun says too little has words of its own", () => {
  const said = Object.entries(VERBS).filter(([, each]) => each.dot).map(([verb, { dot }]) => [verb, dot(2, "apple")]);
  assert.deepEqual(said, [
    ["annotate", "2 named apple"], ["clear", "2 cleared"], ["mark_unsure", "2 unsure"], ["move", "2 moved and named apple"],
    ["pin", "2 pinned"], ["release", "2 released"], ["place_class", "apple placed"], ["release_class", "apple released"],
  ]);
});
