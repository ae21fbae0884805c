import assert from "node:assert/strict";
import { test } from "node:test";

import { Hover } from "../../../assets/map/hover.mjs";

function watchedHover() {
  const told = [];
  return { hover: new Hover((id, at) => told.push([id, at])), told };
}

test("ask: tells a change once, with the place of the pointer", () => {
  const { hover, told } = watchedHover();
  hover.move({ x: 3, y: 4 });
  hover.ask(() => 7);
  hover.move({ x: 3, y: 5 });
  hover.ask(() => 7);
  assert.deepEqual(told, [[7, { x: 3, y: 4 }]]);
});

test("ask: hits once for many moves, and not at all at rest", () => {
  const { hover } = watchedHover();
  let count = 0;
  const hit = () => ++count;
  hover.move({ x: 1, y: 1 });
  hover.move({ x: 2, y: 2 });
  hover.ask(hit);
  hover.ask(hit);
  assert.equal(count, 1);
});

test("touch: asks again under a still pointer, when there is one", () => {
  const { hover, told } = watchedHover();
  hover.touch();
  hover.ask(() => 1);
  assert.deepEqual(told, []);
  hover.move({ x: 1, y: 1 });
  hover.ask(() => 1);
  hover.touch();
  hover.ask(() => 2);
  assert.deepEqual(told.map(([id]) => id), [1, 2]);
});

test("move: leaving tells that nothing is hovered", () => {
  const { hover, told } = watchedHover();
  hover.move({ x: 1, y: 1 });
  hover.ask(() => 5);
  hover.move(null);
  assert.deepEqual(told.map(([id]) => id), [5, -1]);
});
