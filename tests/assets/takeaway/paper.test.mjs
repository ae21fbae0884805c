import assert from "node:assert/strict";
import { test } from "node:test";
import { Turning } from "../../../assets/map/space/turning.mjs";
import { layPaper } from "../../../assets/takeaway/paper.mjs";
import { pageOf } from "../nodes.mjs";

/** A square of 100 pixels; ranges reach from -4 to 4. */
function laid() {
  const host = pageOf(["map-graph"]).querySelector("#map-graph");
  Object.assign(globalThis, { window: globalThis, ResizeObserver: class { observe() {} } });
  Object.assign(host, { box: { left: 0, top: 0, width: 100, height: 100 }, clientWidth: 100, clientHeight: 100 });
  const paper = layPaper(host);
  const { xaxis, yaxis } = host._fullLayout;
  const glass = host.querySelector(".nsewdrag");
  glass.setPointerCapture = () => {};
  const hand = (kind, pointerId, clientX, clientY) => glass.fire(kind, { pointerId, clientX, clientY });
  return { host, paper, hand, ranges: () => [xaxis.range, yaxis.range] };
}

test("two fingers zoom paper around their middle, and one goes on panning it", () => {
  const { hand, ranges } = laid();
  hand("pointerdown", 1, 40, 50);
  hand("pointerdown", 2, 60, 50);
  hand("pointermove", 1, 30, 50);
  hand("pointermove", 2, 70, 50);
  const [x, y] = ranges();
  for (const [low, high] of [x, y]) assert.ok(Math.abs(low + 2) < 1e-9 && Math.abs(high - 2) < 1e-9, `${low} to ${high}`);
  hand("pointerup", 1, 30, 50);
  hand("pointermove", 2, 95, 50);
  const [panX] = ranges();
  assert.ok(Math.abs(panX[0] + 3) < 1e-9 && Math.abs(panX[1] - 1) < 1e-9, String(panX));
});

test("plus and minus zoom the paper, and the map in space over it", () => {
  const { host, paper, ranges } = laid();
  paper.zoom(0.5);
  assert.deepEqual(ranges(), [[-2, 2], [-2, 2]]);
  const space = document.createElement("div");
  space.className = "map-glass";
  host.append(space);
  const factors = [];
  new Turning(space, { onZoom: (factor) => factors.push(factor) });
  for (const factor of [1 / 1.2, 1.2]) paper.zoom(factor);
  assert.deepEqual(factors, [1 / 1.2, 1.2]);
  assert.deepEqual(ranges(), [[-2, 2], [-2, 2]]);
});
