import assert from "node:assert/strict";
import { test } from "node:test";

import { isTold } from "../../../assets/mappage/marksnote.mjs";

test("the marks are told apart once names and predictions are both on the map", () => {
  const of = { colorMode: "class", named: Int16Array.of(0, -1), prediction: Int16Array.of(0, 1) };
  assert.equal(isTold(of), true);
  assert.equal(isTold({ ...of, prediction: null }), false);
  assert.equal(isTold({ ...of, named: Int16Array.of(-1, -2) }), false);
  assert.equal(isTold({ ...of, named: Int16Array.of(0, 1) }), false);
  assert.equal(isTold({ ...of, colorMode: "prediction" }), false);
});
