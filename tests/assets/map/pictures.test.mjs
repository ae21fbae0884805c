import assert from "node:assert/strict";
import { test } from "node:test";

import { choosePictures } from "../../../assets/map/pictures.mjs";

const room = { width: 400, height: 300 };
const PITCH = 38;

function overlap(ids, at) {
  return ids.some((a, i) => ids.slice(i + 1).some((b) => Math.abs(at(a)[0] - at(b)[0]) < PITCH && Math.abs(at(a)[1] - at(b)[1]) < PITCH));
}

test("chosen pictures never overlap, and no further one would fit", () => {
  const at = (id) => [(id * 37) % 400, (id * 91) % 300];
  const ids = choosePictures(2000, at, room);
  assert.ok(ids.length > 30);
  assert.equal(overlap(ids, at), false);
  const isBlocked = (id) => ids.includes(id) || ids.some((other) => Math.abs(at(id)[0] - at(other)[0]) < PITCH && Math.abs(at(id)[1] - at(other)[1]) < PITCH);
  assert.ok(Array.from({ length: 2000 }, (_, id) => id).every(isBlocked));
});

test("those shown before stay where they can", () => {
  const at = (id) => [id * 10, 100];
  assert.deepEqual(choosePictures(40, at, { ...room, before: [7, 30] }).slice(0, 2), [7, 30]);
});

test("what is hidden or out of sight has no picture", () => {
  const at = (id) => (id === 0 ? null : [id === 1 ? -5 : 50, 50]);
  assert.deepEqual(choosePictures(3, at, room), [2]);
});
