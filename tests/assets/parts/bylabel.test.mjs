import assert from "node:assert/strict";
import { test } from "node:test";

import { byLabelChange, byLabelOf, byLabelTip } from "../../../assets/parts/bylabel.mjs";

const METRICS = { held_out_accuracy: 0.968, held_out_by_label: 0.65, held_out_contradicted: 62 };

test("accuracy by labels is told with how many are named against them", () => {
  assert.equal(byLabelOf(METRICS), "65.0 %");
  assert.equal(byLabelTip(METRICS), "By the data set's labels alone 65.0 %: 62 held-out samples are named against them.");
  assert.match(byLabelTip({ ...METRICS, held_out_contradicted: 1 }), /: 1 held-out sample is named against them\.$/);
});

test("before and after, or after alone where nothing was predicted before", () => {
  const change = { by_label_before: 0.61, by_label_after: 0.65, num_contradicted: 62 };
  assert.match(byLabelChange(change), /alone 61\.0 % before, 65\.0 % after: 62 /);
  assert.match(byLabelChange({ ...change, by_label_before: null }), /alone 65\.0 %: 62 /);
});

test("no words where names and labels agree, and none of what an older Lodemap kept", () => {
  const agreed = { ...METRICS, held_out_by_label: null, held_out_contradicted: 2 };
  for (const metrics of [agreed, { held_out_accuracy: 0.9 }, {}, null]) assert.equal(byLabelOf(metrics) + byLabelTip(metrics), "");
  for (const receipt of [{}, { by_label_before: null, by_label_after: null, num_contradicted: 0 }]) assert.equal(byLabelChange(receipt), "");
});
