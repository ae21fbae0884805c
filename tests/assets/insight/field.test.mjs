import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeField, regionAt } from "../../../assets/insight/field.mjs";

// Written by ml/maps/field_codec.py; tests/assets/test_field_bytes.py holds both sides to the same bytes.
const FIELD = "4c4d56310200020003000000000080bf000000c0000000000000803f0000004000000000a470fd3f295c7f40b9346410000000000000000000000000000000004000008120200000007fa1000000ffff02000100";
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));

test("decodeField: a field of Python's", () => {
  const field = decodeField(bytes(FIELD).buffer);
  assert.deepEqual([field.latentDim, field.gridSide, field.numSamples], [2, 2, 3]);
  assert.deepEqual([field.low, field.high], [[-1, -2], [1, 2]]);
  const pull = [...field.pull].map((steps) => (steps * field.pullScale) / 127);
  [1, 0, 0, -1.98, 0.5, 0.5].forEach((value, k) => assert.ok(Math.abs(pull[k] - value) < 0.02, `${pull[k]} is not ${value}`));
  const push = [...field.push].map((steps) => (steps * field.pushScale) / 127);
  [0, 0, 0, 3.99, -3, 0].forEach((value, k) => assert.ok(Math.abs(push[k] - value) < 0.03, `${push[k]} is not ${value}`));
  assert.deepEqual([...field.region], [0, -1, 2, 1]);
});

test("decodeField: refuses foreign and truncated bytes", () => {
  assert.throws(() => decodeField(new Uint8Array(64).buffer), /not a field/);
  assert.throws(() => decodeField(bytes(FIELD).slice(0, 70).buffer), /truncated/);
});

test("regionAt: row 0 is at low y, and outside is nobody's", () => {
  const field = decodeField(bytes(FIELD).buffer);
  assert.deepEqual([regionAt(field, -0.5, -1), regionAt(field, 0.5, -1), regionAt(field, -0.5, 1), regionAt(field, 0.5, 1)], [0, -1, 2, 1]);
  assert.deepEqual([regionAt(field, -1.1, 0), regionAt(field, 0, 2)], [-1, -1]);
});
