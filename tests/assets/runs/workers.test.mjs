import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf, countOf, deviceOf } from "../../../assets/runs/workers.mjs";

const GPU = { worker_id: "team-a-1", host_name: "trainer", device: "cuda", device_name: "NVIDIA L4", device_memory: 24e9, process_memory: 2e9, version: "0.1.0", doing: "Run 3 of Fruit" };

test("a worker says what it is, on what, and what it does", () => {
  assert.deepEqual(cellsOf(GPU), ["trainer", "NVIDIA L4, 24 GB", "2 GB", "0.1.0", "Run 3 of Fruit"]);
  assert.equal(deviceOf({ device: "cpu", device_name: "2 cores", device_memory: null }), "CPU, 2 cores");
  assert.equal(cellsOf({ ...GPU, host_name: "", process_memory: null, version: "" })[0], "team-a-1");
});

test("the button counts them", () => {
  assert.deepEqual([[], [GPU], [GPU, GPU]].map(countOf), ["No worker", "1 worker", "2 workers"]);
});
