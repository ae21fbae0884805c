// A view in space over a plot that is never drawn, and the clock of the test.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Points } from "../../../../assets/map/points.mjs";
import { Room } from "../../../../assets/map/room.mjs";
import { axesOf, dot } from "../../../../assets/map/space/pose.mjs";
import { SpaceView } from "../../../../assets/map/space/space_view.mjs";
import { pageOf } from "../../nodes.mjs";

const SIZE = { width: 800, height: 600 };
const PRESENTERS = { yaw: 2, pitch: 0.3 };
const NUM_POINTS = 200;
const cloud = (radius) => Float32Array.from({ length: 3 * NUM_POINTS }, (_, i) => radius * Math.sin(i * 12.9898) * Math.cos(i));
/** A cloud that is long, less wide and thin, turned in its plane. */
const slab = (angle) => Float32Array.from({ length: 3 * NUM_POINTS }, (_, at) => {
  const i = Math.floor(at / 3);
  const [a, b] = [5 * Math.sin(i * 1.1), 2 * Math.sin(i * 1.7 + 1)];
  return [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle), 0.1 * Math.sin(i * 2.3)][at % 3];
});

beforeEach(() => {
  globalThis.window = Object.assign(new EventTarget(), { matchMedia: () => ({ matches: false }) });
});

/** A view that turns to a presenter's, and the points it shows. */
function following(t) {
  let nowMs = 1000;
  t.mock.method(performance, "now", () => nowMs);
  pageOf();
  const plot = { left: 0, top: 0, ...SIZE };
  const stage = {
    frame: { plot, canvas: SIZE }, view: { ...SIZE, originX: 400, originY: 300 }, plot: document.createElement("div"),
    room: new Room(plot), toCanvas: ({ x, y }) => [x, y],
  };
  const host = Object.assign(document.createElement("div"), { prepend() {} });
  const view = new SpaceView(stage, host, { onRegion() {}, onDraft() {}, onStir() {} });
  const points = new Points(NUM_POINTS, 3);
  points.cut(cloud(1));
  view.fit(points, false);
  view.isFollowing = true;
  view.adopt({ of: { angles: PRESENTERS, lens: view.stance.lens }, isUsers: true }, 110);
  view.step((nowMs += 16));
  assert.ok(view.stance.angles.yaw < 1);
  const wait = (ms) => { for (const end = nowMs + ms; nowMs < end;) view.step((nowMs += 16)); };
  return { view, points, wait };
}

test("who turns to a presenter's view arrives, whatever the points do meanwhile", (t) => {
  const { view, points, wait } = following(t);
  points.aim(cloud(3), performance.now(), 300, "linear");
  view.follow(points, 300);
  wait(2000);
  assert.deepEqual(view.stance.angles, PRESENTERS);
});

test("so does who is shown at once where grown points are", (t) => {
  for (const leap of [({ view, points }) => view.follow(points, 0), ({ view, points }) => view.fit(points, false)]) {
    const scene = following(t);
    scene.points.cut(cloud(3));
    leap(scene);
    assert.deepEqual(scene.view.stance.angles, PRESENTERS);
    t.mock.restoreAll();
  }
});

test("a view that goes after grown points stays where another window, or a bookmark, leads it", (t) => {
  const { view, points, wait } = following(t);
  wait(2000);
  view.release();
  view.fit(points, false); // it follows again
  points.aim(cloud(3), performance.now(), 600, "linear");
  view.follow(points, 600);
  const nearer = { ...view.stance.lens, span: view.stance.lens.span / 10 };
  view.adopt({ of: { angles: PRESENTERS, lens: nearer }, isUsers: true });
  wait(2000);
  assert.deepEqual(view.stance.lens, nearer);
});

test("laid flat again after the cloud has turned, or fitted anew, a map is seen from the same side", (t) => {
  const { view, points, wait } = following(t);
  wait(2000);
  const side = () => axesOf(view.stance.lens.flat);
  const lay = (isFlat) => { view.setFlat(points, isFlat); wait(500); };
  points.cut(slab(0));
  lay(true);
  const own = side();
  for (const angle of [0.5, 1, 1.5, 2, 2.5, 3]) {
    const before = side();
    points.cut(slab(angle));
    if (angle % 1 === 0) view.fit(points, false);
    else [false, true].forEach(lay);
    for (const axis of ["right", "up", "back"]) assert.ok(dot(side()[axis], before[axis]) > 0.8, `${axis} at ${angle}`);
  }
  assert.ok(dot(side().right, own.right) < -0.9); // half a turn on
});
