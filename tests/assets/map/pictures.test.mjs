import assert from "node:assert/strict";
import { test } from "node:test";

import { choosePictures, Pictures } from "../../../assets/map/pictures.mjs";
import { Points } from "../../../assets/map/points.mjs";
import { pageOf } from "../nodes.mjs";

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

/** Pictures of 1,000 points in a grid, and which of them a drawing looked at and drew. */
function drawn() {
  pageOf();
  globalThis.window = globalThis;
  const points = new Points(1000, 2);
  points.cut(Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? Math.floor(i / 64) : (i >> 1) % 32)));
  const looked = new Set();
  const { placeOf } = points;
  points.placeOf = (id) => (looked.add(id), placeOf(id));
  let stirs = 0;
  const pictures = new Pictures(() => stirs++);
  const pen = new Proxy({}, { get: () => () => {}, set: () => true });
  pictures.canvas.getContext = () => pen;
  pictures.set(() => null);
  const draw = (scale, how = {}) => {
    looked.clear();
    const projection = { ...room, toPixel: ([x, y]) => [x * scale, y * scale] };
    pictures.draw({ points, projection, isMoving: false, isNewView: false, ...how });
    return [...looked].sort((a, b) => a - b);
  };
  return { draw, stirs: () => stirs };
}

test("while the view moves only the chosen ones are looked at, and others are chosen once it has rested", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { draw, stirs } = drawn();
  assert.equal(draw(12, { isNewView: true }).length, 1000);
  const chosen = draw(12);
  assert.ok(chosen.length > 30 && chosen.length < 100);
  for (let frame = 0; frame < 20; frame++) {
    t.mock.timers.tick(16);
    assert.deepEqual(draw(13 + frame, { isNewView: true }), chosen);
  }
  assert.equal(stirs(), 0);
  t.mock.timers.tick(150);
  assert.equal(stirs(), 1);
  assert.equal(draw(32).length, 1000);
  assert.notDeepEqual(draw(32), chosen);
});

test("pictures asked for while points move are chosen once they rest", () => {
  const { draw } = drawn();
  assert.deepEqual(draw(12, { isMoving: true }), []);
  assert.equal(draw(12).length, 1000);
});
