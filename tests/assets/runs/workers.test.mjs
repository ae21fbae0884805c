import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { cellsOf, countOf, deviceOf, mountWorkers } from "../../../assets/runs/workers.mjs";
import { pageOf } from "../nodes.mjs";

const GPU = { worker_id: "team-a-1", host_name: "trainer", device: "cuda", device_name: "NVIDIA L4", device_memory: 24e9, process_memory: 2e9, version: "0.1.0", doing: "Run 3 of Fruit" };

test("a worker says what it is, on what, and what it does", () => {
  assert.deepEqual(cellsOf(GPU), ["trainer", "NVIDIA L4, 24 GB", "2 GB", "0.1.0", "Run 3 of Fruit"]);
  assert.equal(deviceOf({ device: "cpu", device_name: "2 cores", device_memory: null }), "CPU, 2 cores");
  assert.equal(cellsOf({ ...GPU, host_name: "", process_memory: null, version: "" })[0], "team-a-1");
});

test("the button counts them", () => {
  assert.deepEqual([[], [GPU], [GPU, GPU]].map(countOf), ["No worker", "1 worker", "2 workers"]);
});

test("pressed twice it asks once, and nothing opens on a page that was left meanwhile", async () => {
  const button = Object.assign(new EventTarget(), { querySelector: () => ({ textContent: "" }), classList: { toggle: () => {} } });
  const answers = [];
  const api = { json: () => new Promise((resolve) => answers.push(resolve)) };
  const errors = [];
  const workers = mountWorkers({ root: { querySelector: () => button }, api, projectId: "p", onError: (error) => errors.push(error), onChange: () => {} });
  button.dispatchEvent(new Event("click"));
  button.dispatchEvent(new Event("click"));
  assert.equal(answers.length, 1);
  workers.destroy();
  answers[0]({ device: "auto", workers: [], start: "" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(errors, []); // a dialog would need a document, which is not here
});

test("a device that was refused is not shown as chosen; one whose answer was lost stays", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const soon = () => new Promise((resolve) => { setImmediate(resolve); });
  const root = pageOf({ "runs-workers": "words" });
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800 });
  const answers = [new ApiError({ message: "You are a viewer here.", status: 403 }), null, new ApiError({ message: "Connection lost." }), new ApiError({ message: "The disk is full.", status: 507 })];
  const post = async () => { const error = answers.shift(); if (error) throw error; };
  mountWorkers({ root, api: { json: async () => ({ device: "auto", workers: [], start: "" }), post }, projectId: "p", onError: assert.fail, onChange() {} });
  root.querySelector("#runs-workers").click();
  await soon();
  const select = root.querySelector("#workers-device");
  const seen = [];
  for (const device of ["gpu", "gpu", "any", "auto"]) {
    select.choose(device);
    await soon();
    seen.push([select.value, root.querySelector(".field .cap").textContent.split(" ")[3]]);
  }
  assert.deepEqual(seen.map(([device]) => device), ["auto", "gpu", "any", "gpu"]);
});
