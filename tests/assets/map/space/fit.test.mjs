import assert from "node:assert/strict";
import { test } from "node:test";

import { boundsOf, holdsSpan, middleAlong, placesWithin, spanFor } from "../../../../assets/map/space/fit.mjs";
import { boxHolds, lensAround, mixLenses, poseOf } from "../../../../assets/map/space/lens.mjs";
import { turnOf } from "../../../../assets/map/space/pose.mjs";
import { SpaceProjection } from "../../../../assets/map/space/projection.mjs";

const ANGLES = { yaw: 0.8, pitch: 0.5 };
const LENS = { target: [0, 0, 0], span: 2, home: 2, flatness: 0, flat: turnOf({ yaw: 0, pitch: 0 }), box: { low: [0, 0, 0], high: [1, 1, 1] } };
const CLOUD = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * 12.9898) * (1 + (i % 3)));

/** The furthest a cloud reaches from the middle of a window of 900 by 600, as a share of the half of it. */
function reachOf(lens) {
  const screen = { width: 900, height: 600, originX: 450, originY: 300, plotHeight: 600 };
  const all = new SpaceProjection(poseOf(ANGLES, lens), screen).projectAll(CLOUD, CLOUD, 1, new Float32Array(600));
  let most = 0;
  for (let i = 0; i < 600; i += 3) most = Math.max(most, Math.abs(all[i] - 450) / 450, Math.abs(all[i + 1] - 300) / 300);
  return most;
}

test("boundsOf: of finite places, null without any", () => {
  const bounds = boundsOf(Float32Array.of(0, 0, 0, NaN, 9, 9, 2, 4, -4));
  assert.deepEqual([bounds.low, bounds.high, bounds.center, bounds.radius], [[0, 0, -4], [2, 4, 0], [1, 2, -2], 3]);
  assert.equal(boundsOf(Float32Array.of(NaN, 0, 0)), null);
});

test("placesWithin: those of the bulk in their order, and what is no place", () => {
  const within = placesWithin(Float32Array.of(0, 1, 2, 9, 0, 0, 1, 1, 1, NaN, 0, 0), { low: [0, 0, 0], high: [2, 2, 2], numOutside: 1 });
  assert.deepEqual([...within], [0, 1, 2, 1, 1, 1, NaN, 0, 0]);
});

test("spanFor: exactly as much as shows every place, in space and flat", () => {
  for (const flatness of [0, 1]) {
    const lens = { ...LENS, flatness };
    const span = spanFor(CLOUD, { ...poseOf(ANGLES, lens), target: lens.target }, 1.5);
    assert.ok(Math.abs(reachOf({ ...lens, span }) - 1) < 1e-3);
  }
});

test("lensAround: the cloud in the middle with room around it, and its box; one place alone too", () => {
  const lens = lensAround(LENS, ANGLES, { positions: CLOUD, bounds: boundsOf(CLOUD) }, 1.5, 0.06);
  assert.ok(reachOf(lens) <= 1 && reachOf(lens) > 0.7);
  assert.equal(lens.home, lens.span);
  assert.ok(boxHolds(lens.box, boundsOf(CLOUD)));
  const one = Float32Array.of(3, 4, 5);
  const alone = lensAround(LENS, ANGLES, { positions: one, bounds: boundsOf(one) }, 1.5, 0.06);
  assert.deepEqual(alone.target, [3, 4, 5]);
  assert.ok(alone.span > 0);
});

test("middleAlong: between the ends along each axis of the turn", () => {
  const places = Float32Array.of(0, 0, 0, 2, 4, 6, NaN, 0, 0);
  middleAlong(places, turnOf({ yaw: 0, pitch: 0 })).forEach((value, i) => assert.ok(Math.abs(value - [1, 2, 3][i]) < 1e-9));
});

test("holdsSpan and boxHolds: neither too small nor far too large", () => {
  assert.deepEqual([holdsSpan(2, 1.9), holdsSpan(2, 2.1), holdsSpan(2, 0.5)], [true, false, false]);
  const bounds = boundsOf(Float32Array.of(0, 0, 0, 1, 1, 1));
  const box = (low, high) => ({ low: [low, low, low], high: [high, high, high] });
  assert.deepEqual([boxHolds(box(-0.1, 1.1), bounds), boxHolds(box(0.1, 1.1), bounds), boxHolds(box(-9, 9), bounds)], [true, false, false]);
});

test("mixLenses: in between, and exactly the other at the end", () => {
  const to = { ...LENS, target: [2, 2, 2], span: 4, flatness: 1 };
  const half = mixLenses(LENS, to, 0.5);
  assert.deepEqual([half.target, half.span, half.flatness], [[1, 1, 1], 3, 0.5]);
  assert.equal(mixLenses(LENS, to, 1), to);
  assert.equal(poseOf(ANGLES, half).perspective, 0.5);
});
