import assert from "node:assert/strict";
import { test } from "node:test";

import { sendingWords } from "../../../assets/data/names.mjs";

test("how far a file of names is", () => {
  assert.equal(sendingWords({ sent: 1_200_000, size: 8_000_000 }), "1.2 of 8.0 MB sent");
  assert.equal(sendingWords({ sent: 0, size: 900 }), "0.0 of 0.9 kB sent");
  assert.equal(sendingWords({ sent: 900, size: 900 }), "Sent; the names are being read.");
});
