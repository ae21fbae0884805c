import assert from "node:assert/strict";
import { test } from "node:test";

import { isForPage } from "../../../assets/shell/namecard.mjs";

const press = (key, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("isForPage: in an empty field a digit, Enter and undo are for the map", () => {
  for (const key of ["1", "9", "0", "Enter"]) assert.ok(isForPage(press(key), ""), key);
  assert.ok(isForPage(press("z", { ctrlKey: true }), ""));
  assert.ok(isForPage(press("Z", { metaKey: true }), ""));
});

test("isForPage: letters begin a name, and once one is begun every key is the field's", () => {
  for (const key of ["a", "U", "Tab", "Backspace", "ArrowLeft"]) assert.equal(isForPage(press(key), ""), false, key);
  for (const key of ["1", "Enter"]) assert.equal(isForPage(press(key), "Ada"), false, key);
  assert.equal(isForPage(press("z", { ctrlKey: true }), "Ada"), false);
  assert.equal(isForPage(press("1", { altKey: true }), ""), false);
});
