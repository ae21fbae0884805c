import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, place } from "../../../assets/shell/tips.mjs";

const view = { width: 1280, height: 800 };
const tip = { width: 120, height: 24 };
const box = (left, top, width = 32, height = 32) => ({ left, top, width, height, right: left + width, bottom: top + height });

test("place: below the anchor, centred on it", () => {
  assert.deepEqual(place(box(600, 50, 32, 32), tip, view), { left: 556, top: 88 });
});

test("place: above where there is no room below", () => {
  assert.equal(place(box(600, 760), tip, view).top, 730);
});

test("place: eight pixels from the edges", () => {
  assert.equal(place(box(1250, 50), tip, view).left, 1280 - 120 - 8);
  assert.equal(place(box(70, 50), tip, view).left, 26);
});

test("place: beside the rail, so that the next item stays in sight", () => {
  const at = place(box(3, 700, 50, 46), tip, view);
  assert.deepEqual(at, { left: 59, top: 711 });
});

test("describe: names the tip beside what describes it already, and takes it away", () => {
  const at = new Map([["aria-describedby", "hint"]]);
  const owner = { dataset: { tip: "Why" }, getAttribute: (name) => at.get(name) ?? null, setAttribute: (name, value) => at.set(name, value), removeAttribute: (name) => at.delete(name) };
  describe(owner, true);
  describe(owner, true);
  assert.equal(at.get("aria-describedby"), "hint tip");
  describe(owner, false);
  assert.equal(at.get("aria-describedby"), "hint");
  at.clear();
  at.set("aria-label", "Why");
  describe(owner, true);
  assert.equal(at.has("aria-describedby"), false, "its name says so");
});
