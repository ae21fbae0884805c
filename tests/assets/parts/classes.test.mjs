import assert from "node:assert/strict";
import { test } from "node:test";

import { livingClass, livingPrediction, NO_CLASS, slotsOf } from "../../../assets/parts/classes.mjs";

test("livingClass: follows merges to where the samples live now", () => {
  const merged = [{ merged_into: 1 }, { merged_into: 2 }, { merged_into: null }];
  assert.equal(livingClass(merged, 0), 2);
});

test("livingPrediction: an old prediction speaks of the class a merged one lives on in", () => {
  assert.deepEqual([...livingPrediction(Int16Array.of(1, 0, -1), [{ merged_into: null }, { merged_into: 0 }])], [0, 0, -1]);
});

test("a class whose making was taken back lives on in none, wherever in the list it stood", () => {
  const [apple, gone] = [{ merged_into: null }, { merged_into: NO_CLASS }];
  for (const classes of [[apple], [apple, gone]]) {
    assert.equal(livingClass(classes, 1), NO_CLASS);
    assert.deepEqual([...livingPrediction(Int16Array.of(0, 1, 1, -1), classes)], [0, NO_CLASS, NO_CLASS, -1]);
  }
});

test("a prediction of classes that all live is left as it is", () => {
  const prediction = Int16Array.of(0, -1);
  assert.equal(livingPrediction(prediction, [{ merged_into: null }]), prediction);
});

test("a small map has a merged class in the colour it lives on in, and none for one that was taken back", () => {
  const [apple, pear] = [{ class_index: 0, color: 4, merged_into: null }, { class_index: 3, color: 1, merged_into: null }];
  assert.deepEqual(slotsOf([apple, { class_index: 1, color: 1, merged_into: 0 }, pear]), [4, 4, null, 1]);
  assert.deepEqual(slotsOf([]), []);
});
