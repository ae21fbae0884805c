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
