// Views of two axes over a Plotly that draws at once.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { FlatView } from "../../../assets/map/flat_view.mjs";
import { Points } from "../../../assets/map/points.mjs";
import { Room } from "../../../assets/map/room.mjs";
import { diameterOf } from "../../../assets/map/size.mjs";
import { fitStance } from "../../../assets/presenting/sight.mjs";
import { pageOf } from "../nodes.mjs";

const SIZE = { width: 800, height: 600 };
const CLOSE = { x: [-0.4, 0.4], y: [-0.3, 0.3] };

beforeEach(() => {
  pageOf();
  const matchMedia = () => ({ matches: false });
  const relayout = async ({ stage }, change) => { if (change["xaxis.range"]) stage.frame.range = { x: change["xaxis.range"], y: change["yaxis.range"] }; };
  globalThis.window = Object.assign(new EventTarget(), { matchMedia, Plotly: { relayout } });
});

/** A view fitted to points that reach so far. */
function viewAround(reach) {
  const plot = { left: 0, top: 0, ...SIZE };
  const stage = { frame: { plot, canvas: SIZE, range: { x: [-4, 4], y: [-3, 3] } }, view: null, room: new Room(plot), toCanvas: () => [0, 0] };
  stage.plot = Object.assign(document.createElement("div"), { _fullLayout: { dragmode: "pan" }, stage });
  const view = new FlatView(stage, document.createElement("div"), { onRegion() {}, onDraft() {} });
  const points = new Points(4, 2);
  points.cut(Float32Array.of(-3, -2, 3, 2, 0, 0, 1, 1).map((each) => each * reach));
  view.begin(points);
  view.fit(points, false);
  const zoomIn = () => { stage.frame.range = CLOSE; view.release(); };
  return { view, zoomIn };
}
const diameter = (view) => diameterOf(5000, view.zoom).toFixed(6);

test("two windows that see the same draw points as large, however far those of each reach", () => {
  const [edit, result] = [viewAround(1), viewAround(2)];
  edit.zoomIn();
  result.view.adopt({ of: edit.view.stance, isUsers: true });
  assert.ok(edit.view.zoom > 5);
  assert.deepEqual(result.view.stance, edit.view.stance);
  assert.equal(diameter(result.view), diameter(edit.view));
});

test("so does who is led to a presenter's view, also on a larger screen", async () => {
  const [ada, ben] = [viewAround(1), viewAround(2)];
  ada.zoomIn();
  const nowMs = performance.now();
  ben.view.adopt({ of: fitStance(ada.view.stance, [800, 600], [1600, 1200]), isUsers: true }, 110);
  for (const ms of [20, 60, 300]) {
    ben.view.step(nowMs + ms);
    await new Promise(setImmediate);
  }
  assert.deepEqual(ben.view.stance, ada.view.stance);
  assert.equal(diameter(ben.view), diameter(ada.view));
});

test("a view kept without what counts as not zoomed is as close as it is", () => {
  const { view } = viewAround(1);
  const { home } = view.stance;
  view.adopt({ of: CLOSE, isUsers: true });
  assert.deepEqual(view.stance, { ...CLOSE, home });
  assert.ok(view.zoom > 5);
});
