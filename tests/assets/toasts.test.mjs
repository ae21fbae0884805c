import assert from "node:assert/strict";
import { test } from "node:test";

import { anchor, overflowing, parts } from "../../assets/toasts.mjs";

test("parts: strings and strong strings, empty ones left out", () => {
  assert.deepEqual(parts("213 *named*"), [{ text: "213 *named*", isStrong: false }]);
  assert.deepEqual(parts(["213 samples named ", { strong: "apple" }, ""]), [
    { text: "213 samples named ", isStrong: false }, { text: "apple", isStrong: true },
  ]);
});

test("overflowing: the oldest leave so that three remain", () => {
  assert.deepEqual(overflowing([1, 2, 3]), []);
  assert.deepEqual(overflowing([1, 2, 3, 4, 5]), [1, 2]);
});

test("anchor: bottom centre of the map window, above the timeline", () => {
  const place = { left: 272, width: 744, bottom: 712 };
  assert.deepEqual(anchor(place, 1280, 800), { left: 644, bottom: 116 });
});

test("anchor: bottom centre of the page where there is no map window", () => {
  assert.deepEqual(anchor(undefined, 1280, 800), { left: 640, bottom: 24 });
  assert.deepEqual(anchor({ left: 0, width: 0, bottom: 0 }, 1280, 800), { left: 640, bottom: 24 });
});
