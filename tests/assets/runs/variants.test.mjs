import assert from "node:assert/strict";
import { test } from "node:test";

import { mountVariants } from "../../../assets/runs/variants.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { pageOf } from "../nodes.mjs";

const HOLD = { name: "w_anchor", label: "Hold", low: 0, high: 20, default: 2, scale: "linear", is_integer: false, is_shown: true, sentence: "" };
const IDS = ["variants", "variants-grid", "variants-empty", "variants-cancel", "variants-state", "variants-try", "variants-begin"];
const variant = (id, more = {}) => ({ run_id: id, nth: 0, state: "finished", is_adopted: false, config: {}, num_epochs: 3, last_epoch: 3, error: null, metrics: {}, frame: null, ...more });
const settled = () => new Promise((done) => { setTimeout(done); });
globalThis.ResizeObserver = class { observe() {} disconnect() {} };

/** The variants of a page whose project has these runs; what `post` answers is the next batch. */
async function begun(variants, runs, post = assert.fail) {
  const root = pageOf(Object.fromEntries([...IDS.map((id) => [id, ""]), ["main", "runs-main"]]));
  const part = mountVariants({
    root, api: { json: async () => ({ is_live: false, variants }), post }, frames: {}, projectId: "p", knobs: { lodemap: [HOLD] },
    getServer: () => ({ classes: [], runs, project: { preset: "lodemap" } }), onError: assert.fail, onReadError: assert.fail, onChange() {},
  });
  await part.refresh();
  root.querySelector("#variants-try").click();
  return root;
}

test("a new batch tells of those it deletes: none that was the map once, also where that was taken back", async () => {
  const words = async (...of) => (await begun(...of)).querySelector(".variants-form").textContent;
  const batch = ["a", "b", "c", "d"].map((id) => variant(id, { is_adopted: id === "a" }));
  const runs = [{ run_id: "b", kind: "fine_tune" }];
  assert.match(await words(batch, runs), /The 2 variants there are now are deleted\./);
  assert.match(await words(batch.slice(0, 3), runs), /The variant there is now is deleted\./);
  assert.doesNotMatch(await words(batch.slice(0, 2), runs), /deleted/);
});

test("the page glides to a new batch, or is there at once for those who prefer stillness", async () => {
  keptByTab.setItem("lodemap.name-asked", "1");
  for (const [matches, wanted] of [[false, "smooth"], [true, "auto"]]) {
    globalThis.window = { matchMedia: () => ({ matches }) };
    const root = await begun([], [], async () => ({ is_live: true, variants: [variant("a", { state: "queued" })] }));
    const scrolled = [];
    root.querySelector("#variants").scrollIntoView = ({ behavior }) => scrolled.push(behavior);
    root.querySelector("dialog form").fire("submit");
    await settled();
    assert.deepEqual(scrolled, [wanted]);
  }
});

test("a variant that failed before its first epoch says why once, where its map would be", async () => {
  const root = await begun([variant("a", { state: "failed", last_epoch: -1, error: "No intact checkpoint." })], []);
  const words = (part) => root.querySelector(part).textContent;
  assert.deepEqual([words(".picture"), words("footer")], ["No intact checkpoint.", "failed"]);
});
