import assert from "node:assert/strict";
import { test } from "node:test";

import { boxAround, boxLines, LINE_LENGTH, niceStep, paperLines } from "../../../../assets/map/space/frame_lines.mjs";
import { turnOf } from "../../../../assets/map/space/pose.mjs";
import { SpaceProjection } from "../../../../assets/map/space/projection.mjs";

const BOX = { low: [0, 0, 0], high: [10, 5, 2] };
const split = (lines) => Array.from({ length: lines.length / LINE_LENGTH }, (_, i) => lines.slice(i * LINE_LENGTH, (i + 1) * LINE_LENGTH));

test("niceStep: 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([0.9, 1.7, 4, 8, 120].map(niceStep), [1, 2, 5, 10, 100]);
  assert.ok(Math.abs(niceStep(0.017) - 0.02) < 1e-12);
});

test("boxAround: room on every side by the longest one, also around one place", () => {
  assert.deepEqual(boxAround({ low: [0, 0, 0], high: [10, 0, 0] }, 0.1), { low: [-1, -1, -1], high: [11, 1, 1] });
  assert.deepEqual(boxAround({ low: [1, 1, 1], high: [1, 1, 1] }, 0.1).high, [1.1, 1.1, 1.1]);
});

test("boxLines: on the three faces away from the eye, within the box", () => {
  for (const line of split(boxLines(BOX, [1, -1, 1], 1))) {
    const isOn = (axis, wall) => line[axis] === wall && line[3 + axis] === wall;
    assert.ok(isOn(0, 0) || isOn(1, 5) || isOn(2, 0), `${line} is before the cloud`);
    [0, 1, 2].forEach((axis) => assert.ok(line[axis] >= BOX.low[axis] && line[3 + axis] <= BOX.high[axis]));
  }
});

test("boxLines: as strong as it is told", () => {
  const strengths = (strength) => Math.max(...split(boxLines(BOX, [1, 1, 1], strength)).map((line) => line[6]));
  assert.deepEqual([strengths(1), strengths(0.25)], [1, 0.25]);
});

test("paperLines: upright and level across all that is in sight", () => {
  const screen = { width: 800, height: 400, originX: 400, originY: 200, plotHeight: 400 };
  const pose = { turn: turnOf({ yaw: 1, pitch: 0.5 }), target: [3, 1, 2], span: 10, perspective: 0 };
  const projection = new SpaceProjection(pose, screen);
  const ends = split(paperLines(projection, 1)).map((line) => [projection.toPixel(line.slice(0, 3)), projection.toPixel(line.slice(3, 6))]);
  assert.ok(ends.length >= 10);
  for (const [[ax, ay], [bx, by]] of ends) {
    const [isUpright, isLevel] = [Math.abs(ax - bx) < 1e-6, Math.abs(ay - by) < 1e-6];
    assert.ok(isUpright ? ay >= 400 && by <= 0 : isLevel && ax <= 0 && bx >= 800);
  }
});
