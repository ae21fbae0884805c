import assert from "node:assert/strict";
import { test } from "node:test";

import { mountHistograms } from "../../../assets/insight/histograms.mjs";
import { mountSight } from "../../../assets/mappage/sight.mjs";
import { mountToolbar } from "../../../assets/mappage/toolbar.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { createKeys, grouped } from "../../../assets/shell/keys.mjs";
import { pageOf } from "../nodes.mjs";

/** The keys of a map's tools and looks, as their list names them now. */
function stage(latentDim) {
  const root = pageOf(["tools", "undo", "redo", "reset", "color-mode", "auto-update", "map-fit", "map-outside", "map-sight", "map-front", "toggle-histograms", "histogram-x", "histogram-y"]);
  for (const [tool, word] of Object.entries({ pan: "Pan", lasso: "Lasso", box: "Box", move: "Move" })) {
    const button = document.createElement("button");
    button.setAttribute("data-tool", tool);
    button.setAttribute("aria-label", word);
    root.querySelector("#tools").append(button);
  }
  const state = createState({ latentDim, projectId: "p", pending: [], server: null, outside: 0, view: null });
  const keys = createKeys();
  const parts = { state, keys, root, map: { setTool() {} }, actions: {}, choices: {} };
  for (const mount of [mountToolbar, mountHistograms, mountSight]) mount(parts);
  const listed = () => grouped(keys.list()).flatMap(({ entries }) => entries).map(({ spec, label }) => `${spec} ${label}`);
  return { root, listed };
}
const ofSpace = (line) => line.includes("3D map");
const histograms = "g Histograms along the edges";

test("the list of keys calls a tool what its button says when it is opened", () => {
  const { root, listed } = stage(3);
  assert.ok(listed().includes("h Pan") && listed().includes("m Move"));
  root.querySelector('[data-tool="pan"]').setAttribute("aria-label", "Turn");
  assert.ok(listed().includes("h Turn") && !listed().includes("h Pan"));
});

test("the list of keys leaves out what a map of this many axes can never do", () => {
  const [flat, space] = [stage(2).listed(), stage(3).listed()];
  assert.deepEqual([flat.includes(histograms), flat.filter(ofSpace).length], [true, 0]);
  assert.deepEqual([space.includes(histograms), space.filter(ofSpace).length], [false, 5]);
});
