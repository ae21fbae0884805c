import assert from "node:assert/strict";
import test from "node:test";

import { problemOf, wantedOf, wordsOf } from "../../../assets/data/sets.mjs";

test("words are taken as people list them", () => {
  assert.deepEqual(wordsOf(" apple,  alarm clock;\neye,, "), ["apple", "alarm clock", "eye"]);
});

test("a set is asked for by its key, drawings by their words too", () => {
  assert.deepEqual(wantedOf({ key: "mnist", words: "x", perClass: "5" }), { set: "mnist" });
  assert.deepEqual(wantedOf({ key: "quickdraw", words: "apple, eye", perClass: "200" }), { set: "quickdraw", words: ["apple", "eye"], num_per_class: 200 });
});

test("what is missing is said in one sentence", () => {
  assert.equal(problemOf({ key: "mnist", words: "", perClass: "" }, 10_000), "");
  assert.match(problemOf({ key: "quickdraw", words: " , ", perClass: "10" }, 10_000), /^Say what was drawn/);
  assert.equal(problemOf({ key: "quickdraw", words: "apple", perClass: "2e9" }, 10_000), "Take 1 to 10,000 drawings of each.");
  assert.equal(problemOf({ key: "quickdraw", words: "apple", perClass: "100" }, 10_000), "");
});
