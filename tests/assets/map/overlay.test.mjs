import assert from "node:assert/strict";
import { test } from "node:test";

import { Overlay } from "../../../assets/map/overlay.mjs";
import { pageOf } from "../nodes.mjs";

/** A map whose places are its pixels; what is below 0 along the third axis is behind the eye. */
const projection = { width: 400, height: 300, toPixel: ([x, y, z]) => (z < 0 ? [NaN, NaN] : [x, y]), outline: () => [] };
const name = (text, classIndex, x, y, z = 0) => ({ text, classIndex, x, y, z });

test("a name that is hidden cannot be taken hold of, and can again once there is room", () => {
  pageOf();
  const overlay = new Overlay(() => {});
  const draw = (...names) => {
    overlay.setNames(names, 0, 0);
    for (const each of overlay.root.querySelectorAll(".map-name")) each.box = { width: 60, height: 16 };
    overlay.setNames(names, 0, 0);
    overlay.draw({ projection, ticks: null, floor: null, points: null }, 1);
    return overlay.root.querySelectorAll(".map-name").map(({ textContent: text, style }) => [text, style.opacity, style.pointerEvents]);
  };
  const cat = name("cat", 0, 100, 100);
  const shown = (text) => [text, "1", ""];
  const hidden = (text) => [text, "0", "none"];
  assert.deepEqual(draw(cat, name("dog", 1, 110, 104), name("cow", 2, 200, 200, -1)), [shown("cat"), hidden("dog"), hidden("cow")]);
  assert.deepEqual(draw(cat, name("dog", 1, 200, 104), name("cow", 2, 200, 200)), [shown("cat"), shown("dog"), shown("cow")]);
});

test("of two classes with one name each has its own, and both go when they are no more", () => {
  pageOf();
  const overlay = new Overlay(() => {});
  const shown = () => overlay.root.querySelectorAll(".map-name");
  for (const [one, other] of [[1, 2], [undefined, undefined]]) {
    const names = [name("bus", one, 100, 100), name("bus", other, 200, 200)];
    overlay.setNames(names, 0, 0);
    const first = shown();
    overlay.setNames(one === undefined ? names : names.toReversed(), 0, 0);
    assert.deepEqual([first.length, shown().length], [2, 2]);
    assert.ok(shown().every((each) => first.includes(each)));
    overlay.setNames([], 0, 0);
    assert.deepEqual(shown(), []);
  }
});
