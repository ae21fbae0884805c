import assert from "node:assert/strict";
import { test } from "node:test";

import { entryAfter, entryOf, openMenu, placeOf } from "../../../assets/parts/menu.mjs";
import { pageOf } from "../nodes.mjs";

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

test("placeOf: below, above where there is no room, or beside; never off the screen", () => {
  const [size, room] = [{ width: 200, height: 300 }, { width: 1280, height: 800 }];
  assert.deepEqual(placeOf({ left: 100, top: 60, bottom: 90 }, size, room), { x: 100, y: 94 });
  assert.deepEqual(placeOf({ right: 400, top: 60, bottom: 90 }, size, room), { x: 200, y: 94 });
  assert.deepEqual(placeOf({ left: 1200, top: 600, bottom: 630 }, size, room), { x: 1072, y: 296 });
  assert.deepEqual(placeOf({ left: 1030, top: 600, bottom: 630, isBeside: true }, size, room), { x: 822, y: 330 });
  assert.deepEqual(placeOf({ left: 1030, top: 60, bottom: 90, isBeside: true }, size, room), { x: 822, y: 8 });
  assert.deepEqual(placeOf({ left: 100, top: 60, bottom: 90, isBeside: true }, size, room), { x: 100, y: 94 });
});

test("a menu without entries has the focus itself, and Escape and Tab give it back", () => {
  for (const key of ["Escape", "Tab"]) {
    const root = pageOf(["account"]);
    Object.assign(globalThis, { innerWidth: 800, innerHeight: 600, addEventListener() {} });
    const button = root.querySelector("#account");
    button.focus();
    openMenu(button, [], "Signed in as Ada", { head: document.createElement("div") });
    const menu = root.querySelector(".pop-menu");
    assert.deepEqual([document.activeElement, menu.getAttribute("tabindex")], [menu, "-1"]);
    for (const other of ["ArrowDown", "ArrowUp", "Home", "End"]) menu.fire("keydown", { key: other });
    assert.equal(menu.isConnected, true);
    menu.fire("keydown", { key });
    assert.deepEqual([menu.isConnected, document.activeElement], [false, button]);
  }
});
