import assert from "node:assert/strict";
import { test } from "node:test";

import { Camera } from "../../../assets/map/camera.mjs";
import { Room } from "../../../assets/map/room.mjs";

const VIEW = { x: [-5, 5], y: [-5, 5] };
const SIZE = new Room({ width: 400, height: 400 });
const GROWN = { x: [-8, 8], y: [-8, 8] };

/** A camera that remembers the ranges it asked for. */
function watchedCamera() {
  const asked = [];
  const camera = new Camera((range) => {
    asked.push(range);
    return Promise.resolve();
  });
  camera.home = VIEW;
  return { camera, asked };
}

test("go: at once when no time is given", () => {
  const { camera, asked } = watchedCamera();
  camera.go(VIEW, GROWN, 0, 0);
  assert.deepEqual(asked, [GROWN]);
  assert.ok(!camera.isMoving);
});

test("go: step by step otherwise, ending exactly there", async () => {
  const { camera, asked } = watchedCamera();
  camera.go(VIEW, GROWN, 0, 100);
  camera.step(50);
  await Promise.resolve();
  camera.step(120);
  assert.ok(asked[0].x[1] > 5 && asked[0].x[1] < 8);
  assert.deepEqual(asked.at(-1), GROWN);
  assert.ok(!camera.isMoving);
});

test("step: waits while Plotly still draws the one before", () => {
  const { camera, asked } = watchedCamera();
  camera.relayout = (range) => {
    asked.push(range);
    return new Promise(() => {});
  };
  camera.go(VIEW, GROWN, 0, 100);
  camera.step(20);
  camera.step(40);
  assert.equal(asked.length, 1);
});

test("follow: refits points that outgrow the view, with room for more", () => {
  const { camera, asked } = watchedCamera();
  camera.isFollowing = true;
  camera.follow(VIEW, GROWN, SIZE, 0, 0);
  assert.ok(asked[0].x[0] < -9 && asked[0].y[1] > 9);
});

test("follow: leaves a view alone that serves, that is the user's, or when it is off", () => {
  const { camera, asked } = watchedCamera();
  camera.follow(VIEW, GROWN, SIZE, 0, 0);
  camera.isFollowing = true;
  camera.follow(VIEW, { x: [-4, 4], y: [-4, 4] }, SIZE, 0, 0);
  camera.release();
  camera.follow(VIEW, GROWN, SIZE, 0, 0);
  assert.deepEqual(asked, []);
});

test("release: stops a move on its way", () => {
  const { camera, asked } = watchedCamera();
  camera.go(VIEW, GROWN, 0, 100);
  camera.release();
  camera.step(50);
  assert.deepEqual(asked, []);
});

test("zoomAt: times closer than home", () => {
  const { camera } = watchedCamera();
  assert.equal(camera.zoomAt({ x: [0, 2.5], y: [0, 2.5] }), 4);
  assert.equal(camera.zoomAt(undefined), 1);
});

test("follow: where a jump leads counts, though Plotly has not drawn it yet", () => {
  const { camera, asked } = watchedCamera();
  camera.isFollowing = true;
  camera.go(VIEW, GROWN, 0, 0);
  camera.follow(VIEW, { x: [-7, 7], y: [-7, 7] }, SIZE, 0, 100);
  assert.ok(!camera.isMoving);
  assert.deepEqual(asked, [GROWN]);
});

test("follow: catches up with points that outgrow the view picture after picture", async () => {
  for (const gapMs of [100, 250, 600]) {
    const { camera } = watchedCamera();
    camera.isFollowing = true;
    let at = VIEW;
    camera.relayout = (range) => { at = range; return Promise.resolve(); };
    let reach = 5;
    for (let now = 0; now <= 6000; now += 20) {
      if (now % gapMs < 20) {
        reach *= 1.25; // more than the room a refit leaves
        camera.follow(at, { x: [-reach, reach], y: [-reach, reach] }, SIZE, now, gapMs);
      }
      camera.step(now);
      await Promise.resolve();
      await Promise.resolve();
    }
    assert.ok(at.x[1] > 0.6 * reach, `${gapMs} ms: ${at.x[1]} of ${reach}`);
    assert.deepEqual(camera.home, at, "that is no zoom of the user's");
  }
});
