import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf, countOf, deviceOf, mountWorkers } from "../../../assets/runs/workers.mjs";

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
