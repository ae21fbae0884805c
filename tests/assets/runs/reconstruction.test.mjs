import assert from "node:assert/strict";
import { test } from "node:test";

import { apartWords } from "../../../assets/runs/reconstruction.mjs";

test("how far drawings are from their samples is said in percent, finer where it is small", () => {
  assert.equal(apartWords([0.1, 0.14]), "12 % of a pixel's range apart on average");
  assert.equal(apartWords([0.031, 0.033]), "3.2 % of a pixel's range apart on average");
  assert.equal(apartWords([]), null);
});
