import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeLines, toldOf } from "../../../assets/review/log.mjs";

const classes = ["1", "bird", "black bird"].map((name) => ({ name }));

test("toldOf: the class a line ends with stands apart, the longest that fits", () => {
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 6 samples 1" }, classes), ["named 6 samples", "1"]);
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 1 sample black bird" }, classes), ["named 1 sample", "black bird"]);
  assert.deepEqual(toldOf({ verb: "mark_unsure", text: "marked 6 samples as 1" }, classes), ["marked 6 samples as 1", ""]);
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 2 samples fig" }, classes), ["named 2 samples fig", ""]);
});

test("mergeLines: each line once, the newest first, as it is now", () => {
  assert.deepEqual(mergeLines([{ seq: 2, stands: true }, { seq: 1 }], [{ seq: 3 }, { seq: 2, stands: false }]), [{ seq: 3 }, { seq: 2, stands: false }, { seq: 1 }]);
});
