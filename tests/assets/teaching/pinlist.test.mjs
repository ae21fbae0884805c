import assert from "node:assert/strict";
import { test } from "node:test";

import { statusOf } from "../../../assets/teaching/pinlist.mjs";

test("a pin is new until it was learned from, then reached or so far away", () => {
  assert.deepEqual(statusOf(0.3, true), { text: "new", kind: "new" });
  assert.deepEqual(statusOf(0.05, false), { text: "reached", kind: "ok" });
  assert.deepEqual(statusOf(0.214, false), { text: "0.21 away", kind: "" });
});
