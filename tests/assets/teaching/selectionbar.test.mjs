import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY } from "../../../assets/parts/selection.mjs";
import { HIDDEN } from "../../../assets/map/marks.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { mountSelectionBar } from "../../../assets/teaching/selectionbar.mjs";
import { pageOf } from "../nodes.mjs";

/** A bar over points of which 0 to 2 are apples and 3 and 4 pears. */
function stage() {
  const root = pageOf(["map-window", "selection-bar"]);
  const host = root.querySelector("#selection-bar");
  const shown = { runId: "r", n: 1 };
  const map = { places: { outline: () => [] }, side: null };
  const state = createState({ selection: EMPTY, picture: shown, shown, isSplit: false, view: null, moving: 0, hidden: new Set(), classOf: Int16Array.of(0, 0, 0, 1, 1), mark: new Uint8Array(5) });
  mountSelectionBar({ state, map, actions: {}, keys: { register: () => () => {}, mention: () => () => {} }, root });
  const hide = (...classes) => state.set({ hidden: new Set(classes), mark: state.get().classOf.map((each) => (classes.includes(each) ? HIDDEN : 0)), editLook: {} });
  const select = (...ids) => state.set({ selection: { ids: Uint32Array.from(ids), region: { kind: "lasso", path: [] }, snapshot: shown } });
  const said = () => root.querySelector(".sr-only").textContent;
  return { state, host, hide, select, said, selected: () => [...state.get().selection.ids] };
}

test("a class that is hidden leaves the selection, and shown again it does not come back", () => {
  const { state, hide, select, selected } = stage();
  select(1, 2, 3);
  hide(1);
  assert.deepEqual([selected(), state.get().selection.region], [[1, 2], null]);
  hide();
  assert.deepEqual(selected(), [1, 2]);
  hide(0);
  assert.equal(state.get().selection, EMPTY);
});

test("a selection that hiding does not touch keeps its outline", () => {
  const { state, hide, select } = stage();
  select(1, 2);
  const { selection } = state.get();
  hide(1);
  assert.equal(state.get().selection, selection);
});

test("the bar says how many of those selected are hidden, also once they have come to be", () => {
  const { state, host, hide, select, said } = stage();
  hide(1);
  select(2, 3, 4); // by Find
  assert.equal(said(), "3 selected, 2 of them hidden");
  assert.match(host.textContent, /^3selected2 hidden/);
  hide();
  assert.equal(said(), "3 selected");
  hide(1, 0);
  assert.equal(state.get().selection, EMPTY, "whoever hides them lets go of them");
});

test("the bar stands below the outline of the window it was drawn in", () => {
  const root = pageOf(["map-window", "selection-bar"]);
  const host = root.querySelector("#selection-bar");
  root.querySelector("#map-window").box = { left: 0, top: 0, right: 800, bottom: 600, width: 800, height: 600 };
  const at = (x) => ({ outline: () => [{ x, y: 100 }, { x: x + 20, y: 120 }] });
  const map = { places: at(100), side: { places: at(600) } };
  const region = { kind: "click", path: [] };
  const [edit, result] = [{ runId: "p", n: 4 }, { runId: "r", n: 1 }];
  const state = createState({ selection: { ids: new Uint32Array(0) }, picture: edit, shown: result, isSplit: true, view: null, moving: 0 });
  mountSelectionBar({ state, map, actions: {}, keys: { register: () => () => {}, mention: () => () => {} }, root });
  const select = (snapshot) => { state.set({ selection: { ids: Uint32Array.of(1), region, snapshot } }); return host.style["--x"]; };
  assert.equal(select(edit), "110px");
  assert.equal(select(result), "610px");
  state.set({ shown: { runId: "r", n: 2 } });
  assert.equal(host.classList.contains("placed"), false, "Result has moved on");
});

test("without an outline the bar keeps clear of the selected points in sight: below them, above those at the bottom", () => {
  const root = pageOf(["map-window", "selection-bar"]);
  const host = root.querySelector("#selection-bar");
  root.querySelector("#map-window").box = { left: 0, top: 0, right: 800, bottom: 600, width: 800, height: 600 };
  const map = { places: { outline: () => [], of: ([x, y]) => ({ x, y }) }, side: null };
  const picture = { runId: "r", n: 1, latentDim: 2, embedding: Float32Array.of(400, 100, 420, 130, 400, 500, 400, 590, 4000, 300) };
  const state = createState({ selection: EMPTY, picture, shown: picture, isSplit: false, view: null, moving: 0 });
  mountSelectionBar({ state, map, actions: {}, keys: { register: () => () => {}, mention: () => () => {} }, root });
  const select = (...ids) => { state.set({ selection: { ids: Uint32Array.from(ids), region: null, snapshot: null } }); return host.style["--y"]; };
  assert.equal(select(0, 1, 4), "140px");
  assert.equal(host.style["--x"], "410px");
  assert.equal(select(2, 3), "490px");
  select(4);
  assert.equal(host.classList.contains("placed"), false, "none is in sight");
});
