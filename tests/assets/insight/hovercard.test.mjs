import assert from "node:assert/strict";
import { test } from "node:test";

import { mountHoverCard } from "../../../assets/insight/hovercard.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("the ring of a picture pointed at in the gallery goes with its point, whether the view moves or the point", () => {
  const root = pageOf(["hover-card", "map-window"]);
  const picture = (x) => ({ embedding: Float32Array.of(0, 0, x, 2), latentDim: 2 });
  let zoom = 1;
  const map = { places: { of: ([x, y]) => ({ x: zoom * x, y: zoom * y }) } };
  const state = createState({ hoverId: null, hoverFrom: null, hoverAt: null, details: null, moving: null, view: {}, picture: picture(3) });
  const close = mountHoverCard({ state, map, dress() {}, root });
  const ring = root.querySelector(".hover-ring");
  const at = () => (ring.hidden ? null : ring.style.left);
  assert.equal(at(), null);
  state.set({ hoverId: 1, hoverFrom: "gallery" });
  assert.equal(at(), "3px");
  state.set({ picture: picture(5) });
  assert.equal(at(), "5px");
  zoom = 10;
  state.set({ view: {} });
  assert.equal(at(), "50px");
  state.set({ hoverFrom: "map", hoverId: 0 });
  state.set({ view: {} });
  assert.equal(at(), null);
  close();
});
