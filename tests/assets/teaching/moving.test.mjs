// The Move tool over a map that Result has left: Edit stands on one moment, the player shows another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startDrag } from "../../../assets/map/drag.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { mountGround } from "../../../assets/teaching/ground.mjs";
import { mountMoving } from "../../../assets/teaching/moving.mjs";
import { pageOf } from "../nodes.mjs";

const CLASSES = ["apple", "pear"].map((name, index) => ({ class_index: index, name, color: index, merged_into: null }));
const settled = () => new Promise((done) => { setImmediate(done); });

/** Two clusters of sixteen: Edit says apple of the first and pear of the other, Result the other way round. */
function page(drawAt = () => "") {
  const said = (first) => Int16Array.from({ length: 32 }, (_, id) => (id < 16 ? first : 1 - first));
  const edit = { runId: "p", n: 4, latentDim: 2, embedding: Float32Array.from({ length: 64 }, (_, at) => (at < 32 ? 0 : 9) + at / 100) };
  const done = [];
  const state = createState({
    tool: "move", edit, picture: edit, shown: { ...edit, runId: "r", n: 1 }, server: { project: { preset: "refine-projection" }, runs: [] },
    held: null, base: edit, latentDim: 2, classes: CLASSES, heldOut: new Uint8Array(32), moving: 0, selection: { ids: new Uint32Array(0) },
    named: new Int16Array(32).fill(-1), prediction: said(1), editLook: { prediction: said(0), opinion: {} },
    names: [{ classIndex: 1, x: 9, y: 9 }],
  });
  const actions = { move: (what) => done.push(what), isTooMany: () => false };
  const eye = { x: 1, y: 1 }; // where on the screen every place is seen
  const map = { places: { of: () => eye }, setTouched() {}, holdStill: (act) => act() };
  const listed = [];
  const list = (spec, { hidden }) => { if (!hidden) listed.push(spec); return () => {}; };
  const keys = { register: list, mention: list, hold: () => () => {} };
  const moving = mountMoving({ state, map, player: {}, sync: {}, fields: {}, actions, keys, dress() {}, atlas: { drawAt }, root: pageOf(["verdict", "map-window", "result-pane"]) });
  const verdict = document.querySelector("#verdict");
  const carry = (to) => ({ ...startDrag({ kind: "points", ids: Uint32Array.of(0) }, edit.embedding, 2), offset: to });
  return { moving, done, carry, state, verdict, listed, eye };
}

test("a drop is named by what the map below the hand says, not by Result", () => {
  const { moving, done, carry } = page();
  moving.drop({ drag: carry([9, 9]) });
  assert.equal(done[0].classIndex, 1, "apple, dropped among the pears of Edit");
  moving.drop({ drag: carry([0.05, 0]) });
  assert.equal(done[1].classIndex, null, "among its own it stays what it is");
});

test("a class is taken hold of with the samples that Edit shows as it", () => {
  const { moving, state } = page();
  assert.deepEqual([...moving.grab({ id: 0, classIndex: 1 }).ids], Array.from({ length: 16 }, (_, nth) => 16 + nth));
  state.set({ editLook: { prediction: null, opinion: null } });
  assert.equal(moving.grab({ id: 0, classIndex: 1 }), null, "where Edit's network said nothing, nobody is of a class");
});

test("the card of a move by keys says how to drop it, that of a drag how to keep the axis", () => {
  const { moving, carry, verdict } = page();
  const shown = () => [...verdict.querySelectorAll("kbd")].filter((key) => !key.parentNode.hidden).map((key) => key.textContent);
  moving.drag({ drag: carry([9, 9]), at: null });
  assert.deepEqual(shown(), ["F", "Enter", "Esc"]);
  moving.letGo();
  moving.drag({ drag: carry([9, 9]), at: { x: 0, y: 0 } });
  moving.drag({ drag: carry([9, 9]), at: null }); // as F does, pressed while the pointer holds
  assert.deepEqual(shown(), ["F", "Shift", "Esc"]);
});

test("the card of a move by keys goes with its points when the view turns, that of a drag stays by the pointer", () => {
  const { moving, carry, state, verdict, eye } = page();
  document.querySelector("#map-window").box = { left: 0, top: 0, right: 900, bottom: 600, width: 900, height: 600 };
  const turnTo = (x) => { eye.x = x; state.set({ view: {} }); return verdict.style.left; };
  moving.drag({ drag: carry([9, 9]), at: null });
  assert.notEqual(turnTo(300), turnTo(400));
  moving.drag({ drag: carry([9, 9]), at: { x: 5, y: 5 } });
  assert.equal(turnTo(300), turnTo(400));
});

test("what the network draws comes to the card of a drag that goes on, and to no other", () => {
  const asked = [];
  let answer = "";
  const { moving, carry, verdict } = page((canvas, place, size, { radius, onDrawn }) => { asked.push({ place, radius, onDrawn }); return answer; });
  moving.drag({ drag: carry([5, 5]), at: { x: 0, y: 0 } });
  moving.drag({ drag: carry([6, 5]), at: { x: 0, y: 0 } });
  assert.match(verdict.textContent, /The nearest picture here\./);
  answer = "The network draws this here.";
  asked[0].onDrawn();
  assert.match(verdict.textContent, /The network draws this here\./);
  assert.deepEqual(asked.at(-1).place, asked[1].place, "where the hand is now");
  assert.ok(asked[0].radius > 0);
  moving.letGo();
  asked[0].onDrawn();
  assert.equal(asked.length, 3);
});

/** The ground of Edit's map: the field of its own snapshot, where fetching answers as the test says. */
function ground(load, listed = []) {
  const tracks = { p: [{ n: 3, attempt: 1, is_snapshot: true, has_field: true }, { n: 4, attempt: 1, is_snapshot: false }] };
  const player = { trackOf: (runId) => tracks[runId] ?? [], snapshot: async () => ({ runId: "r", n: 1, attempt: 1, has_field: true }) };
  const state = createState({ tool: "lasso", edit: { runId: "p", n: 4 }, shown: { runId: "r", n: 1 }, classes: CLASSES, connection: "ok", server: { project: { preset: "annotate-vae" } } });
  return { state, read: mountGround({ state, player, sync: { needIndex: async (runId) => { listed.push(runId); } }, fields: { load } }) };
}

test("the regions are those of the map that Edit stands on, wherever Result is", async () => {
  const [asked, listed] = [[], []];
  const { state, read } = ground(async (at) => { asked.push(`${at.runId}/${at.attempt}-${at.n}`); return { gridSide: 2, of: at }; }, listed);
  state.set({ tool: "move" });
  await settled();
  state.set({ shown: { runId: "r", n: 2 }, server: { ...state.get().server } });
  await settled();
  assert.deepEqual([asked, listed], [["p/1-3"], ["p"]]);
  assert.equal(read.field().of.n, 3);
  state.set({ edit: { runId: "r", n: 2 } });
  assert.equal(read.field(), null, "the ground of another map says nothing of this one");
});

test("the ground of a class that was merged or taken back is that of the class it lives on in, or nobody's", async () => {
  const grid = { gridSide: 2, low: [0, 0], high: [2, 2], region: Int16Array.of(0, 1, 2, -1) };
  const { state, read } = ground(async () => grid);
  state.set({ tool: "move" });
  await settled();
  const whose = () => [[0, 0], [1, 0], [0, 1], [1, 1]].map(read.of());
  const [apple, pear] = CLASSES;
  const gone = { class_index: 2, name: "", color: 0, merged_into: -1 };
  state.set({ classes: [apple, pear, gone] });
  assert.deepEqual(whose(), [0, 1, -1, -1]);
  const inHand = read.of();
  state.set({ classes: [apple, { ...pear, merged_into: 0 }, gone] });
  assert.deepEqual(whose(), [0, 0, -1, -1]);
  assert.deepEqual([...read.field().region], [0, 0, -1, -1], "what is outlined");
  assert.equal(read.field(), read.field(), "worked out once");
  state.set({ edit: { runId: "r", n: 1 } });
  assert.equal(inHand([1, 0]), 1, "a drag goes on over the ground it began on");
});

test("regions that were lost with the connection are asked for again once it is back", async () => {
  let isAway = true;
  const { state, read } = ground(async () => { if (isAway) throw Object.assign(new Error("lost"), { isLost: true }); return { gridSide: 2 }; });
  state.set({ tool: "move" });
  await settled();
  state.set({ connection: "lost" });
  assert.equal(read.of(), null);
  isAway = false;
  state.set({ connection: "ok" });
  await settled();
  assert.notEqual(read.of(), null);
});

test("the four arrows stand in one line of the keys", () => {
  const { listed } = page();
  assert.deepEqual(listed.filter((spec) => spec.includes("Arrow")), ["", "shift+"].map((held) => `${held}ArrowLeft+ArrowRight+ArrowUp+ArrowDown`));
});
