import assert from "node:assert/strict";
import { test } from "node:test";

import { mountAtlas } from "../../../assets/insight/atlaslayer.mjs";
import { mountCrowding } from "../../../assets/insight/crowding.mjs";
import { mountForce } from "../../../assets/insight/force.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

const WHY = {
  "toggle-regions": "Regions need a map of two axes; this one has three.",
  "toggle-atlas": "Atlases need a map of two axes; this one has three.",
  "toggle-contours": "Density needs a map of two axes; this one has three.",
};

/** The layers of a map, all left on in this browser, and the keys they have. */
function stage(latentDim) {
  const root = pageOf([...Object.keys(WHY), "toggle-force", "force-legend", "atlas-note", "atlas-card", "map-window", "contours-note"]);
  const on = {};
  const map = { setArrows: (isOn) => { on.force = isOn; }, setRegions: (isOn) => { on.regions = isOn; }, setContours: (isOn) => { on.contours = isOn; }, setAtlas() {}, setField() {} };
  const listed = [];
  const keys = { register: (key) => { listed.push(key); return () => {}; } };
  const parts = { state: createState({ latentDim, classes: [], picture: null, shown: null }), map, player: {}, sync: {}, fields: {}, api: {}, keys, root, choices: { isOn: () => true, setOn() {} } };
  for (const mount of [mountForce, mountAtlas, mountCrowding]) mount(parts);
  return { root, on, listed };
}

test("layers of two axes: on a map of three their buttons say why they are out of use, and no key is theirs", () => {
  const { root, on, listed } = stage(3);
  for (const [id, why] of Object.entries(WHY)) {
    const button = root.querySelector(`#${id}`);
    button.click();
    const said = ["data-tip", "aria-label", "aria-disabled", "aria-pressed"].map((name) => button.getAttribute(name));
    assert.deepEqual(said, [why, why, "true", "false"]);
  }
  assert.deepEqual([on.force, on.regions, Boolean(on.contours), listed], [true, false, false, ["v"]]);
  assert.ok(root.querySelector("#atlas-note").textContent === "" && root.querySelector("#contours-note").textContent === "");
});

test("layers of two axes: on a map of two all are as they were left", () => {
  const { on, listed } = stage(2);
  assert.deepEqual(on, { force: true, regions: true, contours: true });
  assert.deepEqual(listed, ["v", "r", "w", "c"]);
});
