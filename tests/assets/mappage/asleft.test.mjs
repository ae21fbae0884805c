import assert from "node:assert/strict";
import { test } from "node:test";

import { createAsLeft, mountAsLeft, showsAny } from "../../../assets/mappage/asleft.mjs";
import { EMPTY } from "../../../assets/parts/selection.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { storageOf } from "../storage.mjs";

const FLAT = { x: [0, 4], y: [0, 2], home: { x: [-8, 8], y: [-4, 4] } };
const LENS = { target: [0, 0, 0], span: 2, home: 8, flatness: 0, flat: [0, 0, 0, 1], box: { low: [-4, -4, -4], high: [4, 4, 4] } };
const SPACE = { angles: { yaw: 0, pitch: 0 }, lens: LENS };
const BOX = { width: 400, height: 200 };
const heard = new Map();
globalThis.addEventListener = (name, run) => heard.set(name, run);
globalThis.removeEventListener = (name) => heard.delete(name);

const asLeftOf = (storage, more = {}) => createAsLeft({ projectId: "p", numSamples: 9, latentDim: 2, person: null, storage, ...more });
const lasso = (more = {}) => ({ ids: Uint32Array.of(1, 4), region: { kind: "lasso", path: [[0, 0], [1, 1]], ...more }, snapshot: { runId: "r", n: 3 } });
const viewOf = (of, isUsers = true) => ({ of, isUsers, size: [400, 200] });

/** A Map page over a map that only notes which views it is given; `show` draws it, with points at these places. */
function stage({ storage = storageOf(), now = { of: FLAT, isUsers: false }, latentDim = 2 } = {}) {
  const given = [];
  const main = { stance: now, adopt(stance) { given.push(stance); main.stance = stance; } };
  const map = { main, fit: () => given.push("fit") };
  const asLeft = asLeftOf(storage, { latentDim });
  const { view, ...left } = asLeft.read();
  const state = createState({ ...left, view: null, picture: null });
  const destroy = mountAsLeft({ state, map, asLeft, view });
  const show = (...places) => {
    state.set({ view: { box: BOX } });
    state.set({ picture: { embedding: Float32Array.from(places), latentDim } });
  };
  return { storage, state, main, given, show, destroy, move(stance) { main.stance = stance; state.set({ view: { box: BOX } }); } };
}

/** What the next page finds where one was left with this. */
function leftWith(left, more = {}) {
  const storage = storageOf();
  asLeftOf(storage, more).keep({ selection: EMPTY, tool: "lasso", view: null, ...left });
  return storage;
}

test("selection, tool and view come back, for the same project and person alone", () => {
  const storage = leftWith({ selection: lasso(), tool: "move", view: viewOf(FLAT) });
  assert.deepEqual(asLeftOf(storage).read(), { selection: lasso(), tool: "move", view: viewOf(FLAT) });
  const fresh = { selection: EMPTY, tool: "lasso", view: null };
  assert.deepEqual(asLeftOf(storage, { projectId: "q" }).read(), fresh);
  assert.deepEqual(asLeftOf(storage, { person: "ada" }).read(), fresh);
});

test("what is of other samples or of another map is let go", () => {
  const storage = leftWith({ selection: lasso(), tool: "box", view: viewOf(FLAT) });
  assert.deepEqual(asLeftOf(storage, { numSamples: 10 }).read(), { selection: EMPTY, tool: "box", view: null });
  assert.equal(asLeftOf(storage, { latentDim: 3 }).read().view, null);
});

test("the outline drawn in space is of one turn of the eye: the samples come back without it", () => {
  const { selection } = asLeftOf(leftWith({ selection: lasso({ sight: 7 }) })).read();
  assert.deepEqual([[...selection.ids], selection.region, selection.snapshot], [[1, 4], null, { runId: "r", n: 3 }]);
});

test("the view comes back once there are points, all of it in sight in a window of another size", () => {
  const page = stage({ storage: leftWith({ view: { ...viewOf(FLAT), size: [200, 200] } }) });
  page.state.set({ view: { box: BOX } });
  assert.deepEqual(page.given, [], "before there is a picture");
  page.show(1, 1);
  assert.deepEqual(page.given.map(({ of, isUsers }) => [of.x, of.y, isUsers]), [[[-2, 6], [0, 2], true]]);
  page.show(2, 2);
  assert.equal(page.given.length, 1, "once");
});

test("a view that shows none of the points is let go, and so is one that somebody chose another for", () => {
  const storage = leftWith({ view: viewOf(FLAT) });
  const far = stage({ storage });
  far.show(9, 9);
  assert.deepEqual(far.given, []);
  const led = stage({ storage, now: { of: FLAT, isUsers: true } });
  led.show(1, 1);
  assert.deepEqual(led.given, [], "whoever presents was heard first");
});

test("a view of all points is fitted anew, in space from the side it was turned to", () => {
  const flat = stage({ storage: leftWith({ view: viewOf(FLAT, false) }) });
  flat.show(1, 1);
  assert.deepEqual(flat.given, []);
  const turned = { angles: { yaw: 1, pitch: 0.2 }, lens: { ...LENS, span: 5 } };
  const space = stage({ storage: leftWith({ view: viewOf(turned, false) }, { latentDim: 3 }), now: { of: SPACE, isUsers: false }, latentDim: 3 });
  space.show(0, 0, 0);
  assert.deepEqual(space.given, [{ of: { angles: turned.angles, lens: LENS }, isUsers: false }, "fit"]);
});

test("as a page is left it is kept, by its end or the tab's; before the map is there the view stays as it was kept", () => {
  const page = stage();
  page.show(1, 1);
  page.move({ of: FLAT, isUsers: true });
  page.state.set({ selection: lasso(), tool: "box" });
  heard.get("pagehide")();
  assert.deepEqual(asLeftOf(page.storage).read(), { selection: lasso(), tool: "box", view: viewOf(FLAT) });
  page.state.set({ selection: EMPTY });
  page.destroy();
  assert.equal(heard.has("pagehide"), false);
  const next = stage({ storage: page.storage });
  assert.deepEqual([next.state.get().selection, next.state.get().tool], [EMPTY, "box"]);
  next.destroy();
  assert.deepEqual(asLeftOf(page.storage).read().view, viewOf(FLAT));
});

test("showsAny: in space a point counts however deep it lies", () => {
  assert.equal(showsAny(FLAT, Float32Array.of(9, 9, 4, 2), 2), true);
  assert.equal(showsAny(FLAT, Float32Array.of(9, 9, 5, 1), 2), false);
  assert.equal(showsAny(SPACE, Float32Array.of(1, 0, 40), 3), true);
  assert.equal(showsAny(SPACE, Float32Array.of(3, 0, 0), 3), false);
});
