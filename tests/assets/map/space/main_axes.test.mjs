import assert from "node:assert/strict";
import { test } from "node:test";

import { flattened, flatTurn, mainAxes } from "../../../../assets/map/space/main_axes.mjs";
import { axesOf, cross, dot, turnOf } from "../../../../assets/map/space/pose.mjs";

const AXES = axesOf(turnOf({ yaw: 0.9, pitch: -0.4 }));

/** A cloud 5 long, 2 wide and .5 thick along AXES, far from the origin. */
function cloud() {
  const places = [];
  for (let i = 0; i < 3000; i++) {
    const [a, b, c] = [5 * Math.sin(i * 1.1), 2 * Math.sin(i * 1.7 + 1), 0.5 * Math.sin(i * 2.3 + 2)];
    for (let axis = 0; axis < 3; axis++) places.push(100 + a * AXES.right[axis] + b * AXES.up[axis] + c * AXES.back[axis]);
  }
  return Float32Array.from([...places, NaN, NaN, NaN]);
}

test("mainAxes: the directions of a cloud, the longest first", () => {
  const found = mainAxes(cloud());
  [AXES.right, AXES.up, AXES.back].forEach((axis, i) => assert.ok(Math.abs(dot(axis, found[i])) > 0.999));
});

test("mainAxes: the same direction however often it is asked, also of a cloud of one place", () => {
  const found = mainAxes(Float32Array.of(1, 1, 1, 1, 1, 1));
  assert.deepEqual(found, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
  assert.deepEqual(mainAxes(new Float32Array(0)), found);
});

test("flatTurn: the longest across, the next upwards, as the small maps show it", () => {
  const turn = flatTurn(cloud());
  const { right, up, back } = axesOf(turn);
  assert.ok(Math.abs(dot(right, AXES.right)) > 0.999 && Math.abs(dot(up, AXES.up)) > 0.999);
  assert.ok(dot(cross(right, up), back) > 0.999);
  const [place, flat] = [cloud().subarray(0, 3), flattened(cloud())];
  assert.ok(Math.abs(dot(right, place) - flat[0]) < 1e-3 && Math.abs(dot(up, place) - flat[1]) < 1e-3);
});

/** A flat cloud 5 long and 2 wide, turned in its plane by an angle; its long side may be shortened. */
const turned = (angle, long = 5) => Float32Array.from({ length: 3000 * 3 }, (_, at) => {
  const i = Math.floor(at / 3);
  const [a, b] = [long * Math.sin(i * 1.1), 2 * Math.sin(i * 1.7 + 1)];
  return [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle), 0.1 * Math.sin(i * 2.3 + 2)][at % 3];
});

test("flatTurn: a cloud that turns on between two pictures is seen as before, and not as its mirror image", () => {
  let last = null;
  for (let angle = 0; angle < 7; angle += 0.1) {
    const turn = flatTurn(turned(angle), last);
    const [now, before] = [turn, last ?? turn].map(axesOf);
    for (const axis of ["right", "up", "back"]) assert.ok(dot(now[axis], before[axis]) > 0.9, `${axis} at ${angle.toFixed(1)}`);
    last = turn;
  }
});

test("flatTurn: where the second axis becomes the longest the picture is turned, not mirrored", () => {
  const last = flatTurn(turned(0.7));
  const turn = flatTurn(turned(0.7, 1), last);
  const [now, before] = [turn, last].map(axesOf);
  assert.ok(Math.abs(dot(now.right, before.up)) > 0.99 && dot(now.back, before.back) > 0.99);
});

test("flattened: two values a sample, as far apart as the cloud is long and wide", () => {
  const flat = flattened(cloud()).subarray(0, 6000);
  const span = (axis) => {
    const values = flat.filter((_, i) => i % 2 === axis);
    return Math.max(...values) - Math.min(...values);
  };
  assert.ok(Math.abs(span(0) - 10) < 0.1 && Math.abs(span(1) - 4) < 0.1);
});
