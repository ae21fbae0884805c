// The small maps of the history's steps are read once they come into view, once each, and drawn anew in another theme.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountStepMaps } from "../../../assets/review/stepmaps.mjs";
import { pageOf } from "../nodes.mjs";

const settled = () => new Promise((done) => { setImmediate(done); });

/** A list of steps whose maps nobody has seen yet. */
function stage(...addresses) {
  const root = pageOf({ "history-steps": "" });
  const list = root.querySelector("#history-steps");
  const watched = [];
  globalThis.IntersectionObserver = class {
    constructor(hear) { this.hear = hear; }
    observe(target) { watched.push(() => this.hear([{ isIntersecting: true, target }])); }
    unobserve() {}
    disconnect() {}
  };
  const asked = [];
  globalThis.fetch = async (address) => { asked.push(address); return { ok: false, status: 404 }; };
  const holders = addresses.map((address) => {
    const holder = document.createElement("span");
    holder.setAttribute("class", "step-map");
    holder.setAttribute("data-frame", address);
    holder.dataset.frame = address;
    list.append(holder);
    return holder;
  });
  const state = createState({ history: {}, chosen: null, latest: {}, themeCount: 0 });
  const stop = mountStepMaps({ state, root });
  const see = async () => { watched.splice(0).forEach((come) => come()); await settled(); };
  return { asked, holders, see, state, stop };
}

test("each small map is asked for once, when it is seen", async () => {
  const { asked, see, state } = stage("/1", "/2");
  assert.deepEqual(asked, []);
  await see();
  state.set({ latest: {} });
  await see();
  assert.deepEqual(asked, ["/1", "/2"]);
});

test("a step whose frame is another, or came late, is asked for", async () => {
  const { asked, holders, see, state } = stage("/1");
  await see();
  holders[0].dataset.frame = "/3";
  state.set({ history: {} });
  await see();
  assert.deepEqual(asked, ["/1", "/3"]);
});

test("a map that is not there says so, and one that is on its way is not asked for twice", async () => {
  const { asked, holders, see, state } = stage("/1", "/2");
  globalThis.fetch = (address) => { asked.push(address); return address === "/1" ? Promise.resolve({ ok: false, status: 404 }) : new Promise(() => {}); };
  await see();
  assert.deepEqual(holders.map(({ title }) => title ?? ""), ["This map could not be read", ""]);
  state.set({ themeCount: 1 });
  await see();
  assert.deepEqual(asked, ["/1", "/2", "/1"]);
});
