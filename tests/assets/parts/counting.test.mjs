import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { leftOf, many, num, points, samples, sizeOf } from "../../../assets/parts/counting.mjs";
import { hasFailed, kindOf, wordOf } from "../../../assets/parts/runstates.mjs";
import { stepNote } from "../../../assets/review/words.mjs";
import { rowOf, isWanted } from "../../../assets/runs/words.mjs";
import { chipOf } from "../../../assets/teaching/runpanel.mjs";

const ASSETS = new URL("../../../assets/", import.meta.url);

test("numbers read as a person would write them", () => {
  assert.deepEqual([num(3702), many(1, "name"), many(2, "class", "classes"), samples(1), samples(1200)], ["3,702", "1 name", "2 classes", "1 sample", "1,200 samples"]);
});

test("points of accuracy have their sign, and none where they round to nothing", () => {
  assert.deepEqual([0.022, -0.012, 0.0001, -0.0004, null].map(points), ["+2.2", "−1.2", "0.0", "0.0", "–"]);
});

test("sizes and times are said as people say them", () => {
  assert.deepEqual([0, 999, 4_100_000, 999_999, 123_456_789, 5e12].map(sizeOf), ["0 bytes", "999 bytes", "4.1 MB", "1 MB", "123 MB", "5 TB"]);
  assert.deepEqual([null, Infinity, 0.4, 2.1, 200, 9000].map(leftOf), ["", "", "finishing", "2 s left", "3 min left", "3 h left"]);
});

test("one module counts samples, and says how long it takes", () => {
  const names = readdirSync(ASSETS, { recursive: true }).filter((name) => name.endsWith(".mjs") && name !== "parts/counting.mjs");
  assert.deepEqual(names.filter((name) => /^(export )?((const (samples|many) = \()|(function (sizeOf|leftOf)\())/m.test(readFileSync(new URL(name, ASSETS), "utf8"))), []);
});

test("a run that was set aside is called so on the Map, Runs and Review page alike", () => {
  const run = { run_id: "r", kind: "fine_tune", state: "quarantined", number: 3, config: {}, metrics: {}, last_epoch: -1, num_epochs: 9 };
  assert.deepEqual(chipOf(run), { text: "set aside", kind: "error" });
  assert.equal(isWanted(rowOf(run, null, {}), { text: "", who: "", state: "set aside" }), true);
  assert.equal(stepNote({ kind: "run", run, num_named: 1 }), "set aside, 1 named");
  assert.deepEqual([wordOf("stopped"), kindOf("stopped"), hasFailed("quarantined"), hasFailed("stopped")], ["stopped", "warn", true, false]);
});
