import assert from "node:assert/strict";
import { test } from "node:test";

import { insetsUnder } from "../../../assets/mappage/insets.mjs";

test("insetsUnder: below the lowest of what hangs over the window, never above where its head will be", () => {
  assert.equal(insetsUnder({ top: 96 }, []).top, 40);
  assert.equal(insetsUnder({ top: 96 }, [{ bottom: 170, height: 34 }, { bottom: 128, height: 26 }]).top, 78);
  assert.equal(insetsUnder({ top: 96 }, [{ bottom: 0, height: 0 }]).top, 40);
});
