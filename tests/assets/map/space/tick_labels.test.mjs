import assert from "node:assert/strict";
import { test } from "node:test";

import { flatTurn } from "../../../../assets/map/space/main_axes.mjs";
import { plus, turnOf } from "../../../../assets/map/space/pose.mjs";
import { SpaceProjection } from "../../../../assets/map/space/projection.mjs";
import { boxTicks, paperTicks, tickText } from "../../../../assets/map/space/tick_labels.mjs";

const BOX = { low: [-2, -1, -1.5], high: [2, 1, 1.5] };
const SCREEN = { width: 900, height: 600, originX: 450, originY: 300, plotHeight: 600 };
const seen = (angles, perspective = 1) => new SpaceProjection({ turn: turnOf(angles), target: [0, 0, 0], span: 6, perspective }, SCREEN);
const towardsOf = (projection) => plus(projection.center, projection.back, 1 / projection.k);

function coverEachOther(ticks) {
  return ticks.some((a, i) => ticks.some((b, k) => k < i && Math.abs(a.x - b.x) < 3.2 * (a.text.length + b.text.length) && Math.abs(a.y - b.y) < 14));
}

test("tickText: as many digits as the step has, a true minus, no minus nought", () => {
  assert.deepEqual([tickText(-2, 1), tickText(0.5, 0.5), tickText(-1e-17, 0.2), tickText(300, 100), tickText(0.06, 0.02)], ["−2", "0.5", "0", "300", "0.06"]);
  assert.deepEqual([tickText(2e7, 1e7), tickText(3e-6, 1e-6)], ["2.0e+7", "3.0e−6"]);
});

test("boxTicks: three axes from an ordinary side, none over another, outside the box's outline", () => {
  for (let yaw = -3; yaw < 3; yaw += 0.37) {
    for (const pitch of [-0.6, 0.2, 0.9]) {
      const projection = seen({ yaw, pitch });
      const ticks = boxTicks(BOX, projection, towardsOf(projection), 1);
      assert.ok(ticks.length >= 5 && !coverEachOther(ticks), `${ticks.length} at ${yaw}, ${pitch}`);
    }
  }
});

test("boxTicks: an axis seen from its end has no numbers", () => {
  const box = { low: [-2, -1, 5], high: [2, 1, 8] };
  const projection = new SpaceProjection({ turn: turnOf({ yaw: 0, pitch: 0 }), target: [0, 0, 6.5], span: 6, perspective: 0.1 }, SCREEN);
  const texts = boxTicks(box, projection, [0, 0, 1], 1).map(({ text }) => text);
  assert.ok(texts.length >= 3 && !texts.some((text) => Number(text) > 2), texts.join(" "));
});

test("paperTicks: along the lower and the left edge, as the grid's lines are", () => {
  const cloud = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * 12.9898) * (3 - (i % 3)));
  const turn = flatTurn(cloud);
  const projection = new SpaceProjection({ turn, target: [0, 0, 0], span: 6, perspective: 0 }, SCREEN);
  const ticks = paperTicks(projection, 0.5);
  assert.ok(ticks.every(({ x, y }) => x < 34 || y > 585));
  assert.ok(ticks.some(({ x }) => x < 34) && ticks.some(({ y }) => y > 585));
  assert.ok(ticks.every(({ x, y, text }) => y > 585 || x - 3.2 * text.length > 16), "clear of the panel's handle");
  const zero = ticks.find(({ text, y }) => text === "0" && y > 585);
  assert.ok(Math.abs(zero.x - 450) < 1e-6);
  assert.ok(ticks.every(({ opacity }) => opacity === 0.5) && !coverEachOther(ticks));
});
