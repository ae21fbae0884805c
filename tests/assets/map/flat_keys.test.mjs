import assert from "node:assert/strict";
import { test } from "node:test";

import { FlatView } from "../../../assets/map/flat_view.mjs";
import { readFrame } from "../../../assets/map/frame_axes.mjs";
import { pageOf } from "../nodes.mjs";

/** A flat map of 240 by 120 pixels, from -2 to 2 across and -1 to 1 along, that Plotly draws when it is told to. */
function map() {
  const root = pageOf(["plot", "overlay"]);
  const [plot, overlay] = root.children;
  const axis = (range, length) => ({ range, _offset: 0, _length: length });
  plot._fullLayout = { xaxis: axis([-2, 2], 240), yaxis: axis([-1, 1], 120), dragmode: "pan" };
  let isLate = false;
  const draw = (change) => { for (const name of ["xaxis", "yaxis"]) plot._fullLayout[name].range = change[`${name}.range`]; };
  const late = [];
  globalThis.window = Object.assign(globalThis, { Plotly: { relayout: (_, change) => (isLate ? new Promise((done) => late.push(() => { draw(change); done(); })) : Promise.resolve(draw(change))) } });
  globalThis.addEventListener ??= () => {};
  globalThis.removeEventListener ??= () => {};
  const view = new FlatView({ plot, get frame() { return readFrame(plot); }, view: null }, overlay, { onRegion() {}, onDraft() {} });
  const focus = overlay.querySelector(".map-focus");
  const heard = [];
  root.addEventListener("keydown", ({ key }) => heard.push(key));
  const press = (key, more = {}) => focus.fire("keydown", { key, ...more });
  const ranges = () => Object.values(readFrame(plot).range).map((ends) => ends.map((end) => Number(end.toFixed(3))));
  return { view, focus, press, ranges, heard, late, beLate() { isLate = true; } };
}

test("keys move and zoom a flat map that has the focus, as those of a map in space do", () => {
  const { view, focus, press, ranges, heard } = map();
  assert.deepEqual([focus.tabIndex, focus.getAttribute("role")], [0, "application"]);
  press("ArrowRight");
  assert.deepEqual(ranges(), [[-2.4, 1.6], [-1, 1]]);
  press("ArrowLeft");
  press("ArrowDown");
  assert.deepEqual(ranges(), [[-2, 2], [-0.6, 1.4]]);
  press("ArrowUp");
  press("+");
  assert.deepEqual(ranges(), [[-1.667, 1.667], [-0.833, 0.833]]);
  press("-");
  assert.deepEqual(ranges(), [[-2, 2], [-1, 1]]);
  assert.equal(view.isUsers, true, "no run moves it again");
  assert.deepEqual(heard, [], "the page's own arrows step through time");
  view.destroy();
  assert.equal(focus.isConnected, false);
});

test("pressed again before it is drawn, a key goes on from where the map is about to be", () => {
  const { press, ranges, late, beLate } = map();
  beLate();
  press("ArrowRight");
  press("ArrowRight");
  late.forEach((draw) => draw());
  assert.deepEqual(ranges(), [[-2.8, 1.2], [-1, 1]]);
});

test("the page keeps its own keys: Shift and an arrow, with Ctrl, and arrows while the tool moves points", () => {
  const { view, press, ranges, heard } = map();
  press("ArrowRight", { shiftKey: true });
  press("+", { ctrlKey: true });
  view.tool = "move";
  press("ArrowLeft");
  assert.deepEqual([ranges(), heard], [[[-2, 2], [-1, 1]], ["ArrowRight", "+", "ArrowLeft"]]);
  press("+", { shiftKey: true });
  assert.deepEqual(ranges()[1], [-0.833, 0.833]);
});
