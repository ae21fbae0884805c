import assert from "node:assert/strict";
import { test } from "node:test";

import { mountPreview } from "../../../assets/data/preview.mjs";
import { pageOf } from "../nodes.mjs";

const soon = () => new Promise((done) => { setImmediate(done); });

/** A preview without a connection; which sheets are asked for. */
function stage(mock) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const root = pageOf(["preview", "preview-note", "again", "view", "shape"].map((name) => `set-${name}`));
  root.querySelector("#set-preview").clientWidth = 200;
  const random = document.createElement("button");
  random.dataset.value = "random";
  root.querySelector("#set-view").append(random);
  const make = document.createElement;
  document.createElement = (tag) => Object.assign(make(tag), { getContext: () => ({ clearRect() {} }) });
  for (const name of ["ResizeObserver", "MutationObserver"]) globalThis[name] = class { observe() {} disconnect() {} };
  globalThis.IntersectionObserver = class { constructor(hear) { this.hear = hear; } observe(target) { this.hear([{ isIntersecting: true, target }]); } unobserve() {} disconnect() {} };
  globalThis.window = { devicePixelRatio: 1 };
  globalThis.Image = class { async decode() { throw new Error("lost"); } };
  const asked = [];
  mock.method(globalThis, "fetch", async (url) => { asked.push(url); throw new TypeError("lost"); });
  const preview = mountPreview({ root, scope: "set" });
  const show = (name) => preview.show({ shape: "", sheet: { tile: 4, columns: 2, per_sheet: 4, ink: false }, urlOf: (k) => `${name}/${k}`, numShown: 1, label: null, classes: [] });
  const wait = async () => { await soon(); mock.timers.tick(1000); await soon(); };
  return { preview, asked, show, wait };
}

test("lost pictures are asked for again as long as their data set is shown", async ({ mock }) => {
  const { preview, asked, show, wait } = stage(mock);
  show("one");
  await wait();
  assert.deepEqual(asked, ["one/0", "one/0"]);
  show("two");
  for (let nth = 0; nth < 5; nth += 1) await wait();
  assert.deepEqual(asked.splice(0), ["one/0", "one/0", "two/0", "two/0", "two/0"]);
  preview.stop();
  for (let nth = 0; nth < 20; nth += 1) await wait();
  assert.deepEqual(asked, []);
});
