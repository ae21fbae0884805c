import assert from "node:assert/strict";
import { test } from "node:test";

import { mountConfusion } from "../../../assets/runs/confusion.mjs";
import { mountCurves } from "../../../assets/runs/curves.mjs";
import { mountTable } from "../../../assets/runs/table.mjs";
import { mountVariants } from "../../../assets/runs/variants.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const RUN = { run_id: "r", number: 1, kind: "fine_tune", last_epoch: -1, state: "queued" };
const BROKEN = new ApiError({ message: "Broken.", status: 500 });
const settled = () => new Promise((done) => { setTimeout(done); });
globalThis.ResizeObserver = class { constructor(draw) { this.draw = draw; } observe() { this.draw(); } disconnect() {} };

test("the table is shown with its first rows, not with none", async () => {
  const root = pageOf({ "runs-grid-slot": "", box: "runs-table ready bare" });
  const section = root.querySelector(".runs-table");
  Object.assign(root.querySelector("#runs-grid-slot").dataset, { code: "/grid.js", grid: "{}" });
  document.head = root;
  const given = [];
  const grid = { setGridOption: (...of) => given.push(of), getColumnDefs: () => [], refreshCells() {}, forEachNode() {}, addEventListener() {} };
  globalThis.requestAnimationFrame = (run) => setTimeout(run);
  globalThis.window = { dash_clientside: { set_props() {} }, dash_ag_grid: { getApiAsync: async () => grid } };
  const table = mountTable({ root, onChoose() {}, onError: assert.fail });
  assert.deepEqual([section.className, section.textContent], ["runs-table", "Reading the runs"]);
  root.querySelector("script")?.fire("load");
  while (!given.some(([name]) => name === "columnDefs")) await settled();
  table.choose([]);
  assert.equal(section.classList.contains("ready"), false);
  table.show([]);
  assert.deepEqual([section.className, section.textContent], ["runs-table ready", ""]);
  assert.deepEqual(given.filter(([name]) => name === "rowData"), [["rowData", []]]);
});

test("curves ask for a run only once it is known that none is chosen", () => {
  const root = pageOf(["curves-plot", "curves-measure"]);
  const measure = document.createElement("button");
  measure.dataset.value = "accuracy";
  measure.setAttribute("aria-checked", "true");
  root.querySelector("#curves-measure").append(measure);
  const curves = mountCurves({ root });
  const words = () => root.querySelector("#curves-plot").textContent;
  assert.equal(words(), "Reading the curves");
  let asked = 0;
  curves.refuse(() => { asked += 1; });
  buttonOf(root, "Try again").click();
  assert.equal(asked, 1);
  curves.draw([]);
  assert.equal(words(), "Choose a run in the table.");
  curves.refuse(assert.fail);
  assert.equal(words(), "Choose a run in the table.", "what is seen stays");
  measure.dataset.value = "losses";
  curves.draw([{ run: RUN, epochs: [] }]);
  assert.equal(words(), "It has not begun.");
});

test("so does the confusion, and what was refused can be tried again", async () => {
  const root = pageOf(["confusion-unit", "confusion-run", "confusion-table", "confusion-cell"]);
  const answers = [BROKEN, { class_indices: [], counts: [], num_known: 0, num_held_out: 0, is_predicted: true }];
  const json = async () => { const answer = answers.shift(); if (answer instanceof Error) throw answer; return answer; };
  const errors = [];
  const part = mountConfusion({ root, api: { within: () => ({ json }) }, nameOfClass: String, onError: (error) => errors.push(error) });
  const words = () => root.querySelector("#confusion-table").textContent;
  assert.equal(words(), "Reading the confusion matrix");
  await part.show({ ...RUN, last_epoch: 2 });
  assert.deepEqual([words(), errors], ["The confusion matrix could not be read.Try again", [BROKEN]]);
  buttonOf(root, "Try again").click();
  await settled();
  assert.match(words(), /^No confusion matrix/);
  await part.show(null);
  assert.match(words(), /^Choose a run in the table/);
});

test("variants are offered once it is known that there are none", async () => {
  const ids = ["variants-grid", "variants-empty", "variants-cancel", "variants-state", "variants-try", "variants-begin"];
  const root = pageOf(Object.fromEntries([...ids.map((id) => [id, ""]), ["main", "runs-main"]]));
  const [at, isOff] = [(id) => root.querySelector(`#${id}`), (id) => at(id).disabled];
  const part = mountVariants({ root, api: { json: async () => ({ is_live: false, variants: [] }) }, frames: {}, projectId: "p", knobs: {}, getServer: () => ({ classes: [] }) });
  assert.deepEqual([at("variants-grid").textContent, at("variants-empty").hidden, isOff("variants-try"), isOff("variants-begin")], ["Reading the variants", true, true, true]);
  await part.refresh();
  assert.deepEqual([at("variants-grid").textContent, at("variants-empty").hidden, isOff("variants-try"), isOff("variants-begin")], ["", false, false, false]);
});

test("where the first look fails every part says so and offers to try again", async () => {
  const root = pageOf({ "runs-grid-slot": "", box: "runs-table", ...Object.fromEntries(["confusion-unit", "confusion-run", "confusion-table", "confusion-cell", "variants-grid", "variants-empty", "variants-cancel", "variants-state", "variants-try", "variants-begin"].map((id) => [id, ""])) });
  Object.assign(root.querySelector("#runs-grid-slot").dataset, { code: "/grid.js", grid: "{}" });
  document.head = root;
  const shared = { root, api: {}, onError: assert.fail, nameOfClass: String };
  const places = [[mountTable, ".runs-table", "The runs"], [mountConfusion, "#confusion-table", "The confusion matrix"], [mountVariants, "#variants-grid", "The variants"]];
  for (const [mount, place, what] of places) {
    const asked = [];
    mount(shared).refuse(() => asked.push(what));
    const node = root.querySelector(place);
    assert.equal(node.textContent, `${what} could not be read.Try again`);
    buttonOf(node, "Try again").click();
    assert.deepEqual(asked, [what]);
  }
});
