import assert from "node:assert/strict";
import { test } from "node:test";

import { mountSight } from "../../../assets/mappage/sight.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("the keys of a map in focus are listed: those that turn, slide and zoom it in space, and move and zoom a flat one", () => {
  const mentioned = (latentDim) => {
    const labels = [];
    const keys = { register: () => () => {}, mention: (_, { label }) => { labels.push(label); return () => labels.pop(); } };
    const destroy = mountSight({ state: createState({ latentDim, server: null }), map: {}, keys, root: pageOf(["map-sight", "map-front"]), choices: {} });
    return { labels, destroy };
  };
  const { labels, destroy } = mentioned(3);
  assert.deepEqual(labels, ["turn", "slide", "zoom"].map((does) => `3D map in focus: ${does}`));
  destroy();
  assert.deepEqual(labels, []);
  assert.deepEqual(mentioned(2).labels, ["move", "zoom"].map((does) => `Map in focus: ${does}`));
});

test("the buttons say how the map is seen, also where another chose that, and the key takes the other of two", () => {
  const root = pageOf(["map-sight", "map-front", "toggle-histograms"]);
  const button = (host, name, value, isOn) => {
    const node = Object.assign(document.createElement("button"), { textContent: value });
    node.setAttribute(`data-${name}`, value);
    node.setAttribute("aria-pressed", String(isOn));
    root.querySelector(host).append(node);
    return node;
  };
  const [space, flat] = [button("#map-sight", "sight", "space", true), button("#map-sight", "sight", "flat", false)];
  const pan = button("#map-front", "tool", "pan", false);
  pan.append(Object.assign(document.createElement("span"), { className: "words" }));
  globalThis.CSS = { escape: (text) => text };
  const pressed = new Map();
  const keys = { register: (key, { run }) => { pressed.set(key, run); return () => {}; }, mention: () => () => {} };
  const remembered = [];
  const map = { main: { isFlat: false }, setFlat(isFlat) { map.main.isFlat = isFlat; }, setFrontShare() {} };
  const state = createState({ latentDim: 3, server: null, view: null });
  mountSight({ state, map, keys, root, choices: { recall: () => "", remember: (...of) => remembered.push(of) } });
  state.set({ server: { project: { latent_dim: 3 } } });
  map.main.isFlat = true; // by whoever presents
  state.set({ view: {} });
  assert.deepEqual([space, flat].map((each) => each.getAttribute("aria-pressed")), ["false", "true"]);
  assert.deepEqual(remembered, [], "it is their choice");
  pressed.get("t")();
  assert.deepEqual([map.main.isFlat, remembered], [false, [["sight", "space"]]]);
});
