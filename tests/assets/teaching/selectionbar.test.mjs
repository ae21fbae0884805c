import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountSelectionBar } from "../../../assets/teaching/selectionbar.mjs";
import { pageOf } from "../nodes.mjs";

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
