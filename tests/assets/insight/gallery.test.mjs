import assert from "node:assert/strict";
import { test } from "node:test";

import { mountGallery } from "../../../assets/insight/gallery.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

/** The pictures of samples 0 to 3, the least sure first. */
function stage() {
  const root = pageOf(["gallery-order", "gallery-count", "gallery-foot", "gallery-empty", "gallery-predicted"]);
  const column = document.createElement("div");
  const view = Object.assign(document.createElement("div"), { id: "gallery-view", clientWidth: 300 });
  column.className = "side";
  column.append(view);
  root.append(column);
  globalThis.ResizeObserver = class { observe() {} disconnect() {} };
  globalThis.requestAnimationFrame = () => 1;
  globalThis.cancelAnimationFrame = () => {};
  const sure = (...confidence) => ({ prediction: new Int16Array(4), opinion: { confidence: Uint8Array.from(confidence, (share) => 255 * share) } });
  const state = createState({ selection: { ids: Uint32Array.of(0, 1, 2, 3) }, classes: [], shown: null, hoverId: null, themeCount: 0, ...sure(0.1, 0.2, 0.3, 0.4) });
  const close = mountGallery({ state, actions: {}, dress() {}, root });
  const press = (key) => view.fire("keydown", { key });
  return { state, view, press, close, learn: (...confidence) => state.set(sure(...confidence)), left: () => [...state.get().selection.ids] };
}

test("what was come to by keyboard stays the one that Delete drops while a run changes the order", () => {
  const { view, press, learn, left, close } = stage();
  view.focus();
  press("ArrowRight");
  learn(0.1, 0.9, 0.3, 0.4);
  press("Delete");
  assert.deepEqual(left(), [0, 2, 3]);
  close();
});

test("after a picture is dropped the next one in its place is at hand", () => {
  const { view, press, left, close } = stage();
  view.focus();
  press("ArrowRight");
  press("Delete");
  press("Delete");
  assert.deepEqual(left(), [0, 3]);
  close();
});

test("while nothing is selected no picture of a run has the page laid out", () => {
  const { state, view, close } = stage();
  state.set({ selection: { ids: new Uint32Array(0) }, picture: {} });
  let asked = 0;
  Object.defineProperty(view, "clientWidth", { get: () => { asked += 1; return 300; } });
  state.set({ editLook: { prediction: new Int16Array(4), opinion: { confidence: new Uint8Array(4) } } });
  assert.equal(asked, 0);
  state.set({ selection: { ids: Uint32Array.of(1) } });
  assert.equal(asked, 1);
  close();
});
