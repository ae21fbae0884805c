import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { acceptOf, differ, emptyWords, failureWords, isOpen, keyOf, KINDS, membersOf, openLeads, recalled, remembered, renewed, stepFrom, waitNote, whyOf } from "../../../assets/insight/leads.mjs";

const classes = [
  { class_index: 0, name: "apple", color: 0, merged_into: null },
  { class_index: 1, name: "pear", color: 1, merged_into: null },
  { class_index: 2, name: "old", color: 2, merged_into: 1 },
];
const lead = (kind, more = {}) => ({ kind, sample: 3, class_index: 0, rival: 1, top: [], near: [], ...more });
const none = new Set();
const text = (pieces) => pieces.map((piece) => piece.strong ?? piece).join("");

test("a lead is open until somebody names it, is unsure, or rejects it", () => {
  const named = Int16Array.of(-1, -1, -1, -1);
  assert.ok(isOpen(lead("ambiguous"), named, none));
  for (const value of [0, -2]) assert.ok(!isOpen(lead("outlier"), Int16Array.of(-1, -1, -1, value), none));
  assert.ok(!isOpen(lead("ambiguous"), named, new Set(["ambiguous:3"])));
});

test("a doubted name is open while it stands, and may be doubted anew once it is another", () => {
  const wrong = lead("wrong");
  assert.ok(isOpen(wrong, Int16Array.of(0, 0, 0, 1), none));
  assert.ok(!isOpen(wrong, Int16Array.of(0, 0, 0, 0), none));
  assert.ok(!isOpen(wrong, Int16Array.of(0, 0, 0, 1), new Set([keyOf(wrong)])));
  assert.notEqual(keyOf(wrong), keyOf(lead("wrong", { rival: 2 })));
});

test("a group is open while half of it is unnamed, and speaks of that half", () => {
  const group = lead("group", { sample: 0, members: Uint32Array.of(0, 1, 2, 3) });
  assert.deepEqual([...membersOf(group, Int16Array.of(-1, 0, -1, -2))], [0, 2]);
  assert.ok(isOpen(group, Int16Array.of(-1, 0, -1, -2), none));
  assert.ok(!isOpen(group, Int16Array.of(0, 0, -1, -2), none));
});

test("a rejected group stays rejected whoever stands for it, and a new grouping inherits nothing", () => {
  const named = new Int16Array(9).fill(-1);
  const group = (more) => lead("group", { members: Uint32Array.of(3, 4, 5), group: "ab12/7", ...more });
  const rejected = new Set([keyOf(group())]);
  assert.ok(!isOpen(group({ sample: 5 }), named, rejected));
  assert.ok(isOpen(group({ group: "ab12/8" }), named, rejected));
  assert.ok(isOpen(group({ group: "cd34/7" }), named, rejected));
});

test("a group that was rejected by the sample that stood for it is remembered by its name once it is seen", () => {
  const leads = [lead("group", { sample: 3, group: "ab12/7" }), lead("ambiguous", { sample: 4 })];
  const once = renewed(new Set(["group:3", "group:8", "ambiguous:4", "group:cd34/1"]), leads);
  assert.deepEqual([...once], ["group:ab12/7", "group:8", "ambiguous:4", "group:cd34/1"]);
  assert.deepEqual([...renewed(once, [lead("group", { sample: 8, group: "ab12/2" })])], ["group:ab12/7", "group:ab12/2", "ambiguous:4", "group:cd34/1"]);
});

test("leads come by kind, in their order", () => {
  const open = openLeads([lead("outlier"), lead("ambiguous"), lead("outlier", { sample: 1 })], Int16Array.of(-1, -1, -1, -1), none);
  assert.deepEqual(Object.keys(open), KINDS.map(({ kind }) => kind));
  assert.deepEqual(open.outlier.map(({ sample }) => sample), [3, 1]);
});

test("why is said in a sentence or two, by the names of today", () => {
  assert.equal(text(whyOf(lead("ambiguous"), classes, 1)), "Between apple and pear.");
  assert.equal(text(whyOf(lead("wrong", { rival: 2 }), classes, 1)), "Named pear, but what is like it is named apple.");
  assert.match(text(whyOf(lead("group"), classes, 15)), /^15 samples alike that nobody has named, probably apple\. Leave out what is something else: click its picture below\.$/);
  assert.match(text(whyOf(lead("group", { class_index: -1 }), classes, 1)), /^1 sample alike/);
  assert.doesNotMatch(text(whyOf(lead("group"), classes, 15, false)), /below/, "its pictures come once it is selected");
  assert.match(text(whyOf(lead("outlier", { class_index: -1 }), [], 1)), /Like no other/);
});

test("accepting names, marks as unsure, or asks", () => {
  assert.deepEqual(acceptOf(lead("group", { class_index: 2 }), classes), { act: "annotate", classIndex: 1, words: "Name them pear" });
  assert.equal(acceptOf(lead("outlier", { class_index: -1 }), classes).act, "unsure");
  assert.equal(acceptOf(lead("group", { class_index: -1 }), classes).act, "select");
  assert.equal(acceptOf(lead("ambiguous"), []).act, "select");
});

test("a walk begins at an end and goes round", () => {
  assert.deepEqual([stepFrom(-1, 1, 3), stepFrom(-1, -1, 3), stepFrom(2, 1, 3), stepFrom(0, -1, 3), stepFrom(0, 1, 0)], [0, 2, 0, 2, -1]);
});

test("rejections outlive a reload, and odd storage does no harm", () => {
  assert.deepEqual([...recalled(remembered(new Set(["a", "b"])))], ["a", "b"]);
  for (const odd of ["", "{", "7", "null", '[1, "x"]']) assert.ok(recalled(odd) instanceof Set);
  assert.equal(JSON.parse(remembered(new Set(Array.from({ length: 3000 }, (_, i) => `k${i}`)))).at(-1), "k2999");
  assert.equal(JSON.parse(remembered(new Set(Array.from({ length: 3000 }, (_, i) => `k${i}`)))).length, 2000);
});

test("an empty tab says why", () => {
  const say = (kind, more) => emptyWords(kind, { state: "ready", numNamedClasses: 3, hasLearned: true, ...more });
  assert.match(say("group", { state: "no_map" }), /no map yet/);
  assert.match(say("group", { state: "waiting" }), /is learning/);
  assert.match(say("wrong", { numNamedClasses: 1 }), /two classes/);
  assert.match(say("ambiguous", { hasLearned: false }), /press Update/);
  assert.equal(say("wrong", { numNames: 1200 }), "None found among 1,200 names; a class that is wrong as a whole cannot be found so.");
  assert.equal(say("wrong", { numNames: 1200, numFound: 3 }), "All 3 that were found are answered.");
  assert.equal(say("outlier", { numFound: 1 }), "The one that was found is answered.", "one stood alone");
  assert.match(say("wrong", { isStale: true }), /^Names were given since\./, "no verdict on those");
  assert.equal(new Set(KINDS.map(({ kind }) => say(kind))).size, 4);
});

test("names differ where one does", () => {
  const one = Int16Array.of(1, 2);
  assert.ok(!differ(one, one));
  assert.ok(!differ(one, Int16Array.of(1, 2)));
  assert.ok(differ(one, Int16Array.of(1, 3)));
});

test("a network that cannot be read is said once, calmly, with what to do; other refusals speak for themselves", () => {
  assert.match(failureWords({ code: "bad_checkpoint", message: "HeaderTooSmall" }), /^The network of this map cannot be read.* Press Update/);
  assert.equal(failureWords(new ApiError({ code: "store_unavailable", message: "The database does not answer." })), "The database does not answer.");
});

test("while a run learns, it is said which: this map's own, or another that has the cores", () => {
  const say = (learning) => emptyWords("group", { state: "waiting", numNamedClasses: 0, hasLearned: false, learning });
  assert.match(say("pretrain"), /^The network is learning\./);
  assert.match(say(""), /^Another run is learning\./);
  assert.deepEqual(["pretrain", "fine_tune", ""].map(waitNote), ["Before this pretraining", "Before this Update", "Another run is learning"]);
});
