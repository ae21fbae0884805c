import assert from "node:assert/strict";
import { test } from "node:test";

import { packIds, toBase64 } from "../../../assets/parts/codec.mjs";
import { classesLike, classRows, emptyWords, foundRows, sampleMeant } from "../../../assets/insight/find.mjs";

const classes = [
  { class_index: 0, name: "alarm clock", color: 0, merged_into: null },
  { class_index: 1, name: "Clock", color: 1, merged_into: null },
  { class_index: 2, name: "clocks", color: 2, merged_into: 1 },
];

test("classes are found by any part of their name, those that begin with it first", () => {
  assert.deepEqual(classesLike(" clo", classes).map(({ name }) => name), ["Clock", "alarm clock"]);
  assert.deepEqual(classesLike("", classes), []);
  assert.equal(classesLike("a", Array.from({ length: 30 }, (_, i) => ({ class_index: i, name: `a${i}`, merged_into: null }))).length, 6);
});

test("a class is named and predicted, and what is empty is left out", () => {
  const rows = classRows("clock", { classes, named: Int16Array.of(1, -1, 1, -2), prediction: Int16Array.of(0, 1, 1, 1) });
  assert.deepEqual(rows.map(({ label, count }) => [label, count]), [["named Clock", 2], ["predicted Clock", 3], ["predicted alarm clock", 1]]);
  assert.deepEqual([...rows[0].ids()], [0, 2]);
  assert.deepEqual(classRows("clock", { classes, named: Int16Array.of(1), prediction: null }).length, 1);
});

test("what the server found becomes rows that select", () => {
  const samples = toBase64(packIds(Uint32Array.of(2, 5, 7), 10));
  const rows = foundRows({ exact: 4, columns: [{ name: "sample_id", count: 3, samples }, { name: "said", count: 3, samples }] }, 10);
  assert.deepEqual(rows.map(({ label, count }) => [label, count]), [["sample 4", 1], ["in the id", 3], ["in said", 3]]);
  assert.deepEqual(rows.map((row) => [...row.ids()]), [[4], [2, 5, 7], [2, 5, 7]]);
  assert.deepEqual(foundRows({ exact: null, columns: [] }, 10), []);
});

test("a text that a single sample has leads to it by number and picture", () => {
  const samples = toBase64(packIds(Uint32Array.of(3), 10));
  const [row] = foundRows({ exact: null, columns: [{ name: "sample_id", count: 1, samples }] }, 10);
  assert.deepEqual([row.label, row.sample, [...row.ids()]], ["sample 3, in the id", 3, [3]]);
});

test("all of 10,000 hits are selected", () => {
  const ids = Uint32Array.from({ length: 10000 }, (_, i) => i);
  const [row] = foundRows({ exact: null, columns: [{ name: "said", count: 10000, samples: toBase64(packIds(ids, 20000)) }] }, 20000);
  assert.equal(row.ids().length, 10000);
});

test("nothing typed and nothing found are told apart", () => {
  assert.equal(emptyWords(" ", { hasTable: false }), "Type a class, or the number of a sample.");
  assert.match(emptyWords("zzz", { hasTable: true }), /^Nothing is called that\. Type a class, an id or a text\.$/);
});

test("this sample is the one pointed at, else the only one selected", () => {
  assert.equal(sampleMeant({ hoverId: 0, selection: { ids: Uint32Array.of(5) } }), 0);
  assert.equal(sampleMeant({ hoverId: null, selection: { ids: Uint32Array.of(5) } }), 5);
  assert.equal(sampleMeant({ hoverId: null, selection: { ids: Uint32Array.of(5, 6) } }), -1);
});
