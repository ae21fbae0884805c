import assert from "node:assert/strict";
import { test } from "node:test";

import { Camera } from "../../../assets/map/camera.mjs";
import { Chase } from "../../../assets/map/chase.mjs";

/** How far behind a goal that moves on by 1 a millisecond, seen in frames of so many ms. */
function lagAt(frameMs, aimMs = 50, ms = 110) {
  const chase = new Chase();
  let at = 0;
  for (let now = 0; now < 5000; now += 1) {
    if (now % aimMs === 0) chase.aim(now, now, ms);
    if (now % frameMs === 0) {
      const { goal, share } = chase.step(now);
      at += (goal - at) * share;
    }
  }
  return 5000 - at;
}

test("never far behind, however often the goal is set anew and however rare frames are", () => {
  for (const frameMs of [5, 16, 33, 60, 120, 250]) assert.ok(lagAt(frameMs) < 110 + 50 + frameMs, `${frameMs} ms: ${lagAt(frameMs)}`);
});

test("arrives exactly, and then rests", () => {
  const chase = new Chase();
  chase.aim("there", 0, 100);
  assert.ok(chase.step(50).share < 1 && chase.isOn);
  assert.deepEqual(chase.step(200), { goal: "there", share: 1 });
  assert.equal(chase.step(201), null);
});

test("a camera goes after a range and keeps its home; a hand takes it", async () => {
  const shown = [];
  const camera = new Camera((range) => { shown.push(range); return Promise.resolve(); });
  camera.home = { x: [0, 10], y: [0, 10] };
  const [from, to] = [{ x: [0, 10], y: [0, 10] }, { x: [5, 10], y: [5, 10] }];
  camera.chase(from, to, 0, 100);
  for (const now of [0, 50, 100, 300]) {
    assert.ok(camera.step(now));
    await Promise.resolve();
    await Promise.resolve();
  }
  assert.deepEqual(shown.at(-1), to);
  assert.ok(shown[1].x[0] > 3 && shown[1].x[0] < 5);
  assert.deepEqual([camera.isMoving, camera.home], [false, from]);
  camera.chase(to, from, 400, 100);
  camera.release();
  assert.ok(!camera.step(450));
});
