import assert from "node:assert/strict";
import { test } from "node:test";

import { livingClass, livingPrediction } from "../../../assets/parts/classes.mjs";

test("livingClass: follows merges to where the samples live now", () => {
  const merged = [{ merged_into: 1 }, { merged_into: 2 }, { merged_into: null }];
  assert.equal(livingClass(merged, 0), 2);
});

test("livingPrediction: an old prediction speaks of the class a merged one lives on in", () => {
  assert.deepEqual([...livingPrediction(Int16Array.of(1, 0, -1), [{ merged_into: null }, { merged_into: 0 }])], [0, 0, -1]);
});
