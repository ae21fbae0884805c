import assert from "node:assert/strict";
import test from "node:test";

import { askSet, problemOf, wantedOf, wordsOf } from "../../../assets/data/sets.mjs";
import { pageOf } from "../nodes.mjs";

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

test("a set is asked for again from what was asked for last", () => {
  const root = pageOf();
  const offer = { sets: ["digits", "quickdraw"].map((key) => ({ key, name: key, words: "", licence: "" })), most_per_class: 10 };
  const wanted = [];
  const asked = () => { askSet(offer, (body) => wanted.push(body)); return root.querySelector("dialog"); };
  const first = asked();
  assert.equal(root.querySelector("#set-of-digits").checked, true);
  root.querySelector("#set-of-quickdraw").fire("change");
  root.querySelector("#set-drawn").type("aple, clock");
  root.querySelector("#set-per-class").type("7");
  first.querySelector("form").fire("submit");
  asked().querySelector("form").fire("submit");
  assert.deepEqual(wanted, [1, 2].map(() => ({ set: "quickdraw", words: ["aple", "clock"], num_per_class: 7 })));
});
