import assert from "node:assert/strict";
import { test } from "node:test";

import { entryAfter, entryOf } from "../../assets/menu.mjs";

const press = (key, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("entryOf: the entry whose keycap is pressed, and no other", () => {
  const items = [{ label: "apple", key: "1" }, { label: "New class", key: "N" }, { label: "Save as PNG", key: "Ctrl S" }, { label: "Save as SVG", key: null }, { label: "bare" }];
  assert.equal(entryOf(press("1"), items), items[0]);
  assert.equal(entryOf(press("n"), items), items[1]);
  assert.equal(entryOf(press("s", { ctrlKey: true }), items), items[2]);
  assert.equal(entryOf(press("s", { metaKey: true }), items), items[2]);
  for (const event of [press("2"), press("s"), press("1", { ctrlKey: true }), press("1", { altKey: true }), press("Shift")]) assert.equal(entryOf(event, items), undefined);
});

test("entryAfter: arrows go round, Home and End to the ends", () => {
  assert.deepEqual(["ArrowDown", "ArrowUp", "Home", "End", "x"].map((key) => entryAfter(key, 2, 3)), [0, 1, 0, 2, null]);
});
