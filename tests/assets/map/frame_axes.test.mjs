import assert from "node:assert/strict";
import { test } from "node:test";

import {
  extentOf, fitRange, holds, matrixOf, mixRanges, panned, readFrame, toData, toPixel, viewOf, wholePixels, zoomed,
} from "../../../assets/map/frame_axes.mjs";

const PLOT = { left: 30.5, top: 10.25, width: 400, height: 300 };
const FRAME = { plot: PLOT, canvas: wholePixels(PLOT), range: { x: [-2, 6], y: [0, 3] } };

test("readFrame: nothing before Plotly has drawn", () => {
  assert.equal(readFrame({}), null);
  assert.equal(readFrame({ _fullLayout: { xaxis: { _length: 0 }, yaxis: { _length: 0 } } }), null);
});

test("readFrame: rectangle and ranges, read anew each time", () => {
  const axis = (range, offset, length) => ({ range, _offset: offset, _length: length });
  const plot = { _fullLayout: { xaxis: axis([-2, 6], 30.5, 400), yaxis: axis([0, 3], 10.25, 300) } };
  assert.deepEqual(readFrame(plot), FRAME);
  plot._fullLayout.xaxis.range = [0, 8];
  assert.deepEqual(readFrame(plot).range.x, [0, 8]);
});

test("wholePixels: covers the box and ends on pixels", () => {
  assert.deepEqual(FRAME.canvas, { left: 30, top: 10, width: 401, height: 301 });
});

test("toPixel: corners of the ranges lie on corners of the plotting rectangle", () => {
  const view = viewOf(FRAME);
  assert.deepEqual(toPixel(view, -2, 3), [0.5, 0.25]);
  assert.deepEqual(toPixel(view, 6, 0), [400.5, 300.25]);
});

test("toData: undoes toPixel", () => {
  const view = viewOf(FRAME);
  const [x, y] = toData(view, ...toPixel(view, 1.25, 0.4));
  assert.ok(Math.abs(x - 1.25) < 1e-12 && Math.abs(y - 0.4) < 1e-12);
});

test("matrixOf: sends a place to the pixel toPixel says, also on reversed axes", () => {
  for (const range of [FRAME.range, { x: [6, -2], y: [3, 0] }]) {
    const view = viewOf({ ...FRAME, range });
    const m = matrixOf(view);
    const clip = [(1.5 - view.centerX) * m[0] + m[12], (2 - view.centerY) * m[5] + m[13]];
    const [x, y] = toPixel(view, 1.5, 2);
    assert.ok(Math.abs((clip[0] + 1) / 2 * view.width - x) < 1e-3);
    assert.ok(Math.abs((1 - clip[1]) / 2 * view.height - y) < 1e-3);
  }
});

test("matrixOf: float32 keeps a tenth of a pixel when zoomed in a thousand times", () => {
  const view = viewOf({ ...FRAME, range: { x: [2.997, 3.003], y: [2.998, 3.002] } });
  const m = matrixOf(view);
  const x = Math.fround(3.001);
  const clip = Math.fround(Math.fround(x - Math.fround(view.centerX)) * m[0]) + m[12];
  assert.ok(Math.abs((clip + 1) / 2 * view.width - toPixel(view, x, 3)[0]) < 0.1);
});

test("extentOf: passes over what is no number, and a third axis", () => {
  const positions = Float32Array.of(1, 2, 99, NaN, 0, 0, -1, 5, 99, 0, Infinity, 0);
  assert.deepEqual(extentOf(positions, 3), { x: [-1, 1], y: [2, 5] });
  assert.equal(extentOf(Float32Array.of(NaN, NaN), 2), null);
  assert.equal(extentOf(new Float32Array(0), 2), null);
});

test("fitRange: all points are in it with a margin, about their middle", () => {
  const range = fitRange({ x: [-1, 3], y: [10, 14] }, { width: 400, height: 400 }, 0.1);
  assert.deepEqual(range, { x: [-1.4, 3.4], y: [9.6, 14.4] });
});

test("fitRange: a flat cloud is not blown up to a square one", () => {
  const range = fitRange({ x: [-1, 1], y: [0, 0.01] }, { width: 400, height: 400 }, 0);
  assert.ok(range.y[1] - range.y[0] > 1);
});

test("fitRange: a single point gets a range too", () => {
  const range = fitRange({ x: [5, 5], y: [5, 5] }, { width: 400, height: 300 });
  assert.ok(range.x[0] < 5 && range.x[1] > 5 && range.y[0] < 5 && range.y[1] > 5);
});

test("mixRanges: is between, and exact at the ends", () => {
  const [a, b] = [{ x: [0, 1], y: [0, 1] }, { x: [2, 5], y: [0, 3] }];
  assert.deepEqual(mixRanges(a, b, 0), a);
  assert.deepEqual(mixRanges(a, b, 1), b);
  assert.deepEqual(mixRanges(a, b, 0.5), { x: [1, 3], y: [0, 2] });
});

test("holds: not when points are outside, nor when they shrank below 40 % of the view", () => {
  const view = { x: [-5, 5], y: [-5, 5] };
  assert.ok(holds(view, { x: [-4, 4], y: [-1, 1] }));
  assert.ok(!holds(view, { x: [-6, 4], y: [-1, 1] }));
  assert.ok(!holds(view, { x: [-1, 1], y: [-1, 1] }));
});

test("zoomed and panned: what is under the pointer stays there, and a hand takes it along", () => {
  const range = { x: [0, 10], y: [-5, 5] };
  assert.deepEqual(zoomed(range, 0.5, [0.2, 0.5]), { x: [1, 6], y: [-2.5, 2.5] });
  assert.deepEqual(panned(range, [10, 20], { width: 100, height: 100 }), { x: [-1, 9], y: [-3, 7] });
});
