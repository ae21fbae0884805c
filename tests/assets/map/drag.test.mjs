import assert from "node:assert/strict";
import { test } from "node:test";

import { aimOf, draggedBy, startDrag, targetsOf } from "../../../assets/map/drag.mjs";
import { onAxis } from "../../../assets/map/mover.mjs";

const POSITIONS = Float32Array.of(0, 0, 1, 1, 3, 1, 9, 9);
const held = { kind: "points", ids: Uint32Array.of(1, 2) };

test("a drag begins where its points are", () => {
  const drag = startDrag(held, POSITIONS, 2);
  assert.deepEqual([...drag.from], [1, 1, 3, 1]);
  assert.deepEqual(drag.centre, [2, 1]);
  assert.equal(drag.radius, 1);
  assert.deepEqual([...targetsOf(drag)], [1, 1, 3, 1]);
});

test("all dragged points share one offset", () => {
  const drag = draggedBy(startDrag(held, POSITIONS, 2), [2, -1]);
  assert.deepEqual([...targetsOf(drag)], [3, 0, 5, 0]);
  assert.deepEqual(aimOf(drag), [4, 0]);
});

test("a class goes by where its name is, and from where it waits already", () => {
  const drag = startDrag({ ...held, kind: "class", centre: [1, 1], offset: [5, 5] }, POSITIONS, 2);
  assert.deepEqual(aimOf(drag), [6, 6]);
  assert.deepEqual([...targetsOf(drag)], [6, 6, 8, 6]);
});

test("a kept axis is the one that is longer on the screen", () => {
  assert.deepEqual(onAxis({ x: 10, y: 10 }, { x: 30, y: 15 }), { x: 30, y: 10 });
  assert.deepEqual(onAxis({ x: 10, y: 10 }, { x: 5, y: -30 }), { x: 10, y: -30 });
});

test("three axes move as well as two", () => {
  const drag = draggedBy(startDrag({ kind: "points", ids: Uint32Array.of(0) }, Float32Array.of(1, 2, 3), 3), [1, 0, -1]);
  assert.deepEqual([...targetsOf(drag)], [2, 2, 2]);
  assert.equal(drag.radius, 0);
});
