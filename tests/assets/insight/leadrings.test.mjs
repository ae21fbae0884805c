import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mountLeadRings } from "../../../assets/insight/leadrings.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

let due;

/** Draw what waits for the next frame. */
function frame() {
  const [run] = due.splice(0);
  run?.();
}

beforeEach(() => {
  due = [];
  globalThis.requestAnimationFrame = (run) => due.push(run);
  globalThis.cancelAnimationFrame = () => {};
  globalThis.ResizeObserver = class { observe() {} disconnect() {} };
});

test("rings go with their points until those have arrived, and then rest", () => {
  const root = pageOf(["main-pane"]);
  const now = [0, 0];
  const map = { placeOf: () => [...now], places: { of: ([x, y]) => ({ x, y }) } };
  const state = createState({ picture: { embedding: Float32Array.of(4, 2), latentDim: 2 }, view: null });
  mountLeadRings({ state, map, root }).show([{ sample: 0 }], null);
  const seen = () => root.querySelector(".lead-ring").style.transform;
  frame();
  assert.equal(seen(), "translate(0.0px, 0.0px)");
  now[0] = 3;
  frame();
  assert.equal(seen(), "translate(3.0px, 0.0px)");
  now.splice(0, 2, 4, 2);
  frame();
  assert.equal(seen(), "translate(4.0px, 2.0px)");
  assert.deepEqual(due, []);
  state.set({ picture: { embedding: Float32Array.of(9, 2), latentDim: 2 } });
  frame();
  assert.equal(due.length, 1, "on its way again");
});

test("all places are asked for before a ring is put: each in turn would have the page laid out once more", () => {
  const root = pageOf(["main-pane"]);
  const did = [];
  const map = { placeOf: (id) => [id, 0], places: { of: ([x, y]) => { did.push("ask"); return { x, y }; } } };
  const state = createState({ picture: { embedding: new Float32Array(6), latentDim: 2 }, view: null });
  mountLeadRings({ state, map, root }).show([{ sample: 0 }, { sample: 1 }, { sample: 2 }], null);
  for (const { style } of root.querySelectorAll(".lead-ring")) Object.defineProperty(style, "transform", { set: () => did.push("put") });
  frame();
  assert.deepEqual(did, ["ask", "ask", "ask", "put", "put", "put"]);
});
