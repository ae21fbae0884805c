import assert from "node:assert/strict";
import test from "node:test";

import { atRandom, byClass, decodeImported, flagged, heldOutByClass } from "../../../assets/data/picks.mjs";

test("each class shows its first samples, and one without a label shows nowhere", () => {
  const label = Int16Array.from([1, -1, 0, 1, 1, 0]);
  assert.deepEqual(byClass(label, 3, 2), [[2, 5], [0, 3], []]);
});

test("random samples are different ones, from few sheets, the same for the same seed", () => {
  const ids = atRandom(100_000, 1024, 99, 7);
  assert.equal(new Set(ids).size, 99);
  assert.ok(new Set(ids.map((id) => Math.floor(id / 1024))).size <= 4);
  assert.deepEqual(ids, atRandom(100_000, 1024, 99, 7));
  assert.notDeepEqual(ids, atRandom(100_000, 1024, 99, 8));
  assert.ok(Math.max(...atRandom(1030, 1024, 99, 1)) < 1030);
  assert.deepEqual(atRandom(3, 1024, 99, 1), [0, 1, 2]);
});

test("flags tell the empty ones, and how many of each class are held out", () => {
  const { label, flags } = decodeImported(Uint8Array.from([0, 0, 1, 0, 255, 255, 1, 3, 2]).buffer, 3);
  assert.deepEqual([...label], [0, 1, -1]);
  assert.deepEqual(flagged(flags, 2, 10), [1, 2]);
  assert.deepEqual(flagged(flags, 2, 1), [1]);
  assert.deepEqual(heldOutByClass(label, flags, 2), [1, 1]);
});
