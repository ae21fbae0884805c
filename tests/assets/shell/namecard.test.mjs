import assert from "node:assert/strict";
import { test } from "node:test";

import { askBeside, isForPage } from "../../../assets/shell/namecard.mjs";
import { pageOf } from "../nodes.mjs";

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

test("a key that an input method takes neither closes the card nor goes to the page, also as Safari says it", () => {
  const root = pageOf(["map-window", "toast-host", "toast-errors"]);
  const card = askBeside();
  const field = root.querySelector("#name-field");
  for (const how of [{ isComposing: true }, { isComposing: false, keyCode: 229 }]) field.fire("keydown", { key: "Escape", ...how });
  assert.ok(card.isShown());
  field.fire("keydown", { key: "Escape" });
  assert.equal(card.isShown(), false);
});
