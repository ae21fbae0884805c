import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { colorsOf, mountForce, wordsFor } from "../../../assets/insight/force.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

const BOTH_OFF = { force: false, regions: false };
const FLAT = { gridSide: 96 };

test("wordsFor: the arrows' legend where they are drawn, nothing where all is off or nobody knows yet", () => {
  assert.equal(wordsFor({ force: true, regions: false }, FLAT), null);
  assert.equal(wordsFor({ force: true, regions: true }, { gridSide: 0 }), null);
  assert.equal(wordsFor(BOTH_OFF, FLAT), "");
  assert.equal(wordsFor({ force: true, regions: true }, undefined), "");
  assert.equal(wordsFor({ force: false, regions: true }, FLAT), "");
});

test("wordsFor: says why there is nothing to see", () => {
  assert.equal(wordsFor({ force: true, regions: true }, null), "Force begins with the first Update.");
  assert.equal(wordsFor({ force: false, regions: true }, null), "Regions begin with the first Update.");
});

test("colorsOf: by slot, again after twelve, and of merged classes that of the one they live on in", () => {
  const palette = [[1, 2, 3], [4, 5, 6]];
  const classes = [{ color: 1, merged_into: null }, { color: 0, merged_into: 0 }, { color: 2, merged_into: null }];
  assert.deepEqual([...colorsOf(classes, palette)], [4, 5, 6, 4, 5, 6, 1, 2, 3]);
});

test("a field that was lost with the connection is not said to be missing, and comes once that is back", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  let isAway = true;
  const fields = { load: async () => { if (isAway) throw new ApiError({ message: "Connection lost.", code: "lost" }); return FLAT; } };
  const given = [];
  const state = createState({ shown: { runId: "r", n: 1, attempt: 1 }, indexed: 1, classes: [], connection: "ok" });
  const root = pageOf(["force-legend", "toggle-force", "toggle-regions"]);
  const map = { setField: (field) => given.push(field), setArrows() {}, setRegions() {} };
  mountForce({ state, map, player: { snapshot: async () => ({ runId: "r", n: 1, attempt: 1, has_field: true }) }, fields, keys: { register: () => () => {} }, root, choices: { isOn: () => true } });
  await soon();
  const legend = root.querySelector("#force-legend");
  assert.deepEqual([legend.hidden, legend.textContent], [true, ""], "nothing is claimed");
  state.set({ connection: "lost" });
  await soon();
  isAway = false;
  state.set({ connection: "ok" });
  await soon();
  assert.equal(given.at(-1).gridSide, FLAT.gridSide);
});

test("each window has the field of the map that it shows, and none of another while its own is on its way", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  const after = { runId: "b", n: 4, attempt: 1 };
  const before = { runId: "a", n: 6, latentDim: 2 };
  const given = [];
  let has_field = true;
  const state = createState({ shown: after, picture: after, indexed: 1, classes: [], connection: "ok" });
  const map = { setField: (...of) => given.push(of.map((each) => each?.of ?? null)), setArrows() {}, setRegions() {} };
  const player = { snapshot: async () => ({ ...after, has_field }), trackOf: () => [{ n: 5, attempt: 1, is_snapshot: true, has_field: true }] };
  mountForce({
    state, map, player, sync: { needIndex: async () => {} }, fields: { load: async ({ runId, n }) => ({ of: `${runId}/${n}` }) }, keys: { register: () => () => {} },
    root: pageOf(["force-legend", "toggle-force", "toggle-regions"]), choices: { isOn: () => true },
  });
  await soon();
  assert.deepEqual(given.at(-1), ["b/4", "b/4"]);
  state.set({ picture: before });
  assert.deepEqual(given.at(-1), [null, "b/4"]);
  await soon();
  assert.deepEqual(given.at(-1), ["a/5", "b/4"]);
  state.set({ picture: { ...after } });
  assert.deepEqual(given.at(-1), ["b/4", "b/4"]);
  has_field = false;
  state.set({ shown: { ...after, n: 3 }, picture: before });
  await soon();
  assert.deepEqual(given.at(-1), ["a/5", null]);
  const num = given.length;
  state.set({ classes: [{ color: 1, merged_into: null }] });
  assert.equal(given.length, num + 1, "Edit's own wears the colours of today");
});

test("before the first snapshot of the line no field is drawn, and nothing is said", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  const given = [];
  let snapshot = { runId: "r", n: 2, attempt: 1, has_field: true };
  const state = createState({ shown: snapshot, indexed: 1, classes: [], connection: "ok" });
  const root = pageOf(["force-legend", "toggle-force", "toggle-regions"]);
  const map = { setField: (...of) => given.push(of), setArrows() {}, setRegions() {} };
  mountForce({ state, map, player: { snapshot: async () => snapshot }, fields: { load: async () => FLAT }, keys: { register: () => () => {} }, root, choices: { isOn: () => true } });
  await soon();
  assert.equal(given.at(-1)[1].gridSide, FLAT.gridSide);
  snapshot = null;
  state.set({ shown: { runId: "r", n: 0, attempt: 1 } });
  await soon();
  assert.deepEqual(given.at(-1), [null, null]);
  assert.equal(root.querySelector("#force-legend").hidden, true);
});

test("what a field gives to a class that was taken back is nobody's", async () => {
  const given = [];
  const at = { runId: "r", n: 1, attempt: 1 };
  const state = createState({ shown: at, indexed: 1, classes: [{ color: 3, merged_into: null }], connection: "ok" });
  mountForce({
    state, map: { setField: (field) => given.push(field), setArrows() {}, setRegions() {} }, player: { snapshot: async () => ({ ...at, has_field: true }) }, fields: { load: async () => ({ region: Int16Array.of(0, 1, -1) }) },
    keys: { register: () => () => {} }, root: pageOf(["force-legend", "toggle-force", "toggle-regions"]), choices: { isOn: () => true },
  });
  await new Promise((done) => { setImmediate(done); });
  assert.deepEqual([...given.at(-1).region], [0, -1, -1]);
});
