import assert from "node:assert/strict";
import { test } from "node:test";

import { axesOf, cross, dot, likeness, mixTurns, orbit, turnOf, turnWith } from "../../../../assets/map/space/pose.mjs";

const near = (a, b, within = 1e-9) => a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < within, `${a} is not ${b}`));
const ANGLES = [[0, 0], [0.7, 0.3], [-2.9, -1.2], [3.1, Math.PI / 2], [9, -Math.PI / 2]].map(([yaw, pitch]) => ({ yaw, pitch }));

test("turnOf: without angles the eye sees the first two axes as a flat map shows them", () => {
  assert.deepEqual(axesOf(turnOf({ yaw: 0, pitch: 0 })), { right: [1, 0, 0], up: [0, 1, 0], back: [0, 0, 1] });
});

test("turnOf: a positive yaw moves what is in front to the right, a positive pitch shows it from above", () => {
  const front = [0, 0, 1];
  assert.ok(dot(axesOf(turnOf({ yaw: 0.5, pitch: 0 })).right, front) > 0);
  const { up, back } = axesOf(turnOf({ yaw: 0, pitch: 0.5 }));
  assert.ok(dot(up, front) < 0 && dot(back, [0, 1, 0]) > 0);
});

test("axesOf: orthonormal and right-handed for every turn, upright stays upright", () => {
  for (const angles of ANGLES) {
    const { right, up, back } = axesOf(turnOf(angles));
    near([dot(right, right), dot(up, up), dot(right, up), dot(right, back)], [1, 1, 0, 0]);
    near(cross(right, up), back);
    assert.ok(Math.abs(right[1]) < 1e-9 && up[1] > -1e-9, "it stands on its head");
  }
});

test("turnWith: takes axesOf back", () => {
  for (const angles of ANGLES) assert.ok(likeness(turnWith(axesOf(turnOf(angles))), turnOf(angles)) > 1 - 1e-9);
});

test("orbit: stops at straight up and goes round for ever", () => {
  assert.equal(orbit({ yaw: 0, pitch: 1 }, 0, 9).pitch, Math.PI / 2);
  assert.equal(orbit({ yaw: 0, pitch: 1 }, 0, -9).pitch, -Math.PI / 2);
  assert.equal(orbit({ yaw: 6, pitch: 0 }, 1, 0).yaw, 7);
});

test("mixTurns: both ends, half the angle in the middle, the short way round, and equal turns", () => {
  const [a, b] = [turnOf({ yaw: 0, pitch: 0 }), turnOf({ yaw: 1, pitch: 0 })];
  assert.ok(likeness(mixTurns(a, b, 0), a) > 1 - 1e-12 && likeness(mixTurns(a, b, 1), b) > 1 - 1e-12);
  near(mixTurns(a, b, 0.5), turnOf({ yaw: 0.5, pitch: 0 }));
  near(mixTurns(a, b.map((value) => -value), 0.5), turnOf({ yaw: 0.5, pitch: 0 }));
  near(mixTurns(a, a, 0.3), a);
});
