import assert from "node:assert/strict";
import { test } from "node:test";

import { mountTable } from "../../../assets/runs/table.mjs";
import { pageOf } from "../nodes.mjs";

const settled = () => new Promise((done) => { setTimeout(done); });

/** The table over a grid that says what was selected; `told` has the choices. */
async function table() {
  const root = pageOf({ "runs-grid-slot": "", box: "runs-table" });
  const slot = root.querySelector("#runs-grid-slot");
  Object.assign(slot.dataset, { code: "/grid.js", grid: "{}" });
  document.head = root;
  const heard = {};
  let selected = [];
  const grid = { setGridOption() {}, getColumnDefs: () => [], refreshCells() {}, forEachNode() {}, getSelectedRows: () => selected, addEventListener: (name, listener) => { heard[name] = listener; } };
  globalThis.requestAnimationFrame = (run) => setTimeout(run);
  globalThis.window = { dash_clientside: { set_props() {} }, dash_ag_grid: { getApiAsync: async () => grid } };
  const [told, page] = [[], new AbortController()];
  mountTable({ root, onChoose: (ids, isAlone) => told.push([ids, isAlone]), onError: assert.fail, signal: page.signal });
  root.querySelector("script")?.fire("load");
  while (!heard.selectionChanged) await settled();
  const click = (run, keys = {}) => { selected = [{ run_id: run, number: 1 }]; slot.fire("click", keys); heard.selectionChanged({ source: "rowClicked" }); };
  return { told, click, leave: () => page.abort() };
}

test("a click means the run alone, but not one with a key that adds to what is chosen", async () => {
  const { told, click } = await table();
  for (const keys of [{}, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }, {}]) click("r1", keys);
  assert.deepEqual(told.map(([, isAlone]) => isAlone), [true, false, false, false, true]);
  assert.deepEqual(told[1][0], ["r1"]);
});

test("a page that has ended hears nothing more of the place that Dash may keep for the next one", async () => {
  const { told, click, leave } = await table();
  leave();
  click("r1", { ctrlKey: true });
  assert.equal(told[0][1], true, "the key was not heard");
});
