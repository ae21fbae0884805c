import assert from "node:assert/strict";
import { test } from "node:test";

import { acknowledged, annotateWords, indexNow, keepEqual, referTo, stillOpen, withPending, withPendingClasses } from "../../../assets/teaching/gestures.mjs";
import { NO_CLASS, livingClass } from "../../../assets/parts/classes.mjs";

const NOTHING = Int16Array.of(-1, -1, -1);
const gesture = (verb, ids, more = {}) => ({ verb, ids: Uint32Array.from(ids), seq: null, ...more });

test("withPending: what was just done shows at once, in order, and leaves the server's array alone", () => {
  const shown = withPending(NOTHING, [gesture("annotate", [0, 1], { classIndex: 4 }), gesture("mark_unsure", [1])], 3);
  assert.deepEqual([...shown], [4, -2, -1]);
  assert.deepEqual([...NOTHING], [-1, -1, -1]);
});

test("withPending: what the server has folded in counts no more", () => {
  const done = gesture("annotate", [0], { classIndex: 4, seq: 7 });
  assert.equal(withPending(NOTHING, [done], 7), NOTHING);
  assert.deepEqual([...withPending(NOTHING, [done], 6)], [4, -1, -1]);
});

test("withPending: clear and reset take names away", () => {
  assert.deepEqual([...withPending(Int16Array.of(1, 2), [gesture("clear", [1])], 0)], [1, -1]);
  assert.deepEqual([...withPending(Int16Array.of(1, 2), [gesture("reset", [])], 0)], [-1, -1]);
});

test("withPendingClasses: a new class has its place before the server knows it", () => {
  const [, added] = withPendingClasses([{ class_index: 0, name: "a" }], [{ newClass: { name: "b", color: 5 }, seq: null }], 0);
  assert.deepEqual([added.class_index, added.name, added.color], [1, "b", 5]);
});

test("what naming did: counts read as a person would write them, and the name stands out", () => {
  assert.deepEqual(annotateWords(1213, "apple"), ["1,213 samples named ", { strong: "apple" }]);
});

test("withPendingClasses: a class that was taken back leaves its place empty", () => {
  const b = { class_index: 1, name: "b", color: 1, merged_into: null };
  const classes = withPendingClasses([b], [], 0);
  assert.equal(classes[1], b);
  assert.equal(livingClass(classes, 0), NO_CLASS);
});

test("a class on its way: samples named with it show at once, and take its index once it is known", () => {
  const maker = gesture("annotate", [0], { key: "k", newClass: { name: "b", color: 5 }, madeBy: "k" });
  const other = gesture("annotate", [1], { key: "m", madeBy: "k" });
  const classes = withPendingClasses([{ class_index: 0, name: "a" }], [maker, other], 0);
  assert.deepEqual([classes[1].key, referTo(classes[1]), referTo(classes[0])], ["k", { made_by: "k" }, 0]);
  assert.deepEqual([...withPending(NOTHING, [maker, other], 0, classes)], [1, 1, -1]);

  const answered = acknowledged([maker, other], "k", { seq: 9, class_index: 4 });
  const known = withPendingClasses([{ class_index: 0, name: "a" }], answered, 3);
  assert.deepEqual([known[4].name, referTo(known[4])], ["b", 4]);
  assert.deepEqual([...withPending(NOTHING, answered, 3, known)], [4, 4, -1]);
});

test("a class on its way: samples moved to it show as it too, and a move alone names nothing", () => {
  const maker = gesture("annotate", [0], { key: "k", newClass: { name: "b", color: 5 }, madeBy: "k" });
  const moves = [gesture("move", [1], { key: "m", madeBy: "k" }), gesture("move", [2], { key: "n" })];
  const classes = withPendingClasses([{ class_index: 0, name: "a" }], [maker, ...moves], 0);
  assert.deepEqual([...withPending(NOTHING, [maker, ...moves], 0, classes)], [1, 1, -1]);
});

test("indexNow: a class on its way may have got another index since; one that is gone keeps the one it had", () => {
  const [a, b] = [{ class_index: 0, name: "a", merged_into: null }, { class_index: 1, name: "b", merged_into: null, key: "k" }];
  const gap = { class_index: 1, name: "", merged_into: -1 };
  assert.equal(indexNow(b, [a, b]), 1);
  assert.equal(indexNow(b, [a, gap, { ...b, class_index: 2, key: undefined }]), 2);
  assert.equal(indexNow(b, [a, { ...b, merged_into: 0 }]), 1);
});

test("stillOpen: what the server has folded in leaves; the same list when nothing does", () => {
  const list = [gesture("clear", [0], { seq: 3 }), gesture("clear", [1])];
  assert.deepEqual(stillOpen(list, 3), [list[1]]);
  assert.equal(stillOpen(list, 2), list);
});

test("keepEqual: a list that says the same stays the same", () => {
  const known = [{ name: "a", num_named: 3 }];
  assert.equal(keepEqual(known, [{ name: "a", num_named: 3 }]), known);
  assert.notEqual(keepEqual(known, [{ name: "a", num_named: 4 }]), known);
});
