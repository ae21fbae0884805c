import assert from "node:assert/strict";
import { test } from "node:test";

import { rgb } from "../../../assets/parts/theme.mjs";

test("rgb: three bytes of a token, spaces or not", () => {
  assert.deepEqual(rgb(" #0c90f0"), [12, 144, 240]);
});
