import assert from "node:assert/strict";
import { test } from "node:test";

import { Points } from "../../../../assets/map/points.mjs";
import { SpacePicker } from "../../../../assets/map/space/picking.mjs";
import { turnOf } from "../../../../assets/map/space/pose.mjs";
import { SpaceProjection } from "../../../../assets/map/space/projection.mjs";

const SCREEN = { width: 400, height: 400, originX: 200, originY: 200, plotHeight: 400 };
const seenFrom = (yaw, span = 2) => new SpaceProjection({ turn: turnOf({ yaw, pitch: 0.4 }), target: [0, 0, 0], span, perspective: 1 }, SCREEN);

function cloud(numSamples) {
  const points = new Points(numSamples, 3);
  points.cut(Float32Array.from({ length: 3 * numSamples }, (_, i) => (Math.sin(i * 12.9898) * 43758.5453) % 1));
  return points;
}

test("idAt: the same of every pixel, however often it is asked", () => {
  const points = cloud(4000);
  for (const span of [2, 0.2]) {
    const [projection, picker] = [seenFrom(0.3, span), new SpacePicker()];
    for (let k = 0; k < 40; k++) {
      const at = [200 + 195 * Math.sin(k * 7.1), 200 + 195 * Math.cos(k * 3.3)];
      assert.equal(picker.idAt(points, projection, at), new SpacePicker().idAt(points, projection, at));
    }
  }
});

test("idAt: an eye that turned, or points that moved, are asked anew", () => {
  const points = cloud(300);
  const picker = new SpacePicker();
  for (const yaw of [0, 0.5, 1])
    for (let k = 0; k < 3; k++) assert.equal(picker.idAt(points, seenFrom(yaw), [150, 220]), new SpacePicker().idAt(points, seenFrom(yaw), [150, 220]));
  const projection = seenFrom(0);
  for (let k = 0; k < 3; k++) picker.idAt(points, projection, [200, 200]);
  points.cut(new Float32Array(900).fill(9).fill(0, 30, 33));
  assert.equal(picker.idAt(points, projection, [200, 200]), 10);
});

test("isQuick: many points are not searched while the eye moves, and once it rests they are", () => {
  const [many, few, picker] = [new Points(200_001, 3), new Points(1000, 3), new SpacePicker()];
  const [one, other] = [seenFrom(0), seenFrom(1)];
  assert.deepEqual([one, other, other, one].map((seen) => picker.isQuick(many, seen)), [false, false, true, false]);
  assert.deepEqual([one, other].map((seen) => picker.isQuick(few, seen)), [true, true]);
});
