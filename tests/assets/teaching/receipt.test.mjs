import assert from "node:assert/strict";
import { test } from "node:test";

import { becameWrong, differenceOf, gainPlaces, gainWords, runWithReceipt, truthOf, whatWords } from "../../../assets/teaching/receipt.mjs";

const run = (number, more = {}) => ({ run_id: `r${number}`, number, on_line: true, state: "finished", has_receipt: true, ...more });

test("the receipt is that of the last run on the line, once it has ended", () => {
  assert.equal(runWithReceipt([run(2), run(1)]).run_id, "r2");
  assert.equal(runWithReceipt([run(1), run(2, { has_receipt: false })]), null);
  assert.equal(runWithReceipt([run(1), run(2, { state: "running" })]), null);
  assert.equal(runWithReceipt([run(1), run(2, { on_line: false })]).run_id, "r1");
  assert.equal(runWithReceipt([]), null);
});

test("what was done is said in words", () => {
  assert.equal(whatWords({ num_moved: 24, num_named: 213 }), "You moved 24 samples and named 213.");
  assert.equal(whatWords({ num_moved: 1, num_named: 0 }), "You moved 1 sample.");
  assert.equal(whatWords({ num_moved: 0, num_named: 213 }), "You named 213 samples.");
  assert.equal(whatWords({ num_moved: 0, num_named: 0 }), "You gave classes a new place.");
  assert.equal(whatWords({ num_moved: 24, num_named: 213 }, false), "24 samples were moved and 213 named.");
  assert.equal(whatWords({ num_moved: 0, num_named: 1 }, false), "1 sample was named.");
});

test("a gain is told with its verdict, or why there is none", () => {
  assert.deepEqual(gainWords({ gain: null, control: "waiting", message: "" }).words, "Measuring against the same run without your moves.");
  assert.deepEqual(gainWords({ gain: null, control: "stopped", message: "Not measured: a newer Update came first." }).words, "Not measured: a newer Update came first.");
  assert.equal(gainWords({ gain: { verdict: null, reason: "Only 3." } }).words, "Withheld. Only 3.");
  assert.equal(gainWords({ gain: { verdict: "harm" } }).kind, "error");
});

test("names alone are told beside the map before, and that no run without them was made", () => {
  const message = "Not compared with a run without these names.";
  const of = (change) => ({ control: "none", gain: null, change, message });
  const told = gainWords(of({ verdict: "real gain", mean: 0.1, low: 0.05, high: 0.2 }));
  assert.deepEqual([told.verdict, told.kind], ["right more often", "ok"]);
  assert.ok(told.words.endsWith(message));
  assert.match(gainWords(of(null)).words, /^The map before predicted nothing/);
  assert.equal(gainWords(of({ verdict: null, reason: "Only 3." })).words, "Withheld. Only 3.");
  const change = { mean: 0.1 };
  assert.equal(differenceOf(of(change)), change);
  assert.equal(differenceOf({ control: "measured", gain: change, change: null }), change);
});

test("the interval's line always holds no effect", () => {
  const places = gainPlaces({ mean: 0.02, low: 0.01, high: 0.03 });
  assert.ok(places.none > 0 && places.none < places.low && places.low < places.mean && places.mean < places.high && places.high < 100);
  const around = gainPlaces({ mean: 0, low: 0, high: 0 });
  assert.ok([around.low, around.high, around.mean, around.none].every((at) => at > 49 && at < 51));
});

test("what got worse was right before and is wrong now, by names first and then by labels", () => {
  const truth = truthOf({ named: Int16Array.of(1, -1, -1, -2), label: Int16Array.of(0, 0, 1, -1), dataset: { class_names: ["Fig", "plum"] },
    classes: [{ class_index: 0, name: "fig", merged_into: null }, { class_index: 1, name: "pear", merged_into: null }] });
  assert.deepEqual([...truth], [1, 0, -1, -1]);
  assert.deepEqual([...becameWrong(Int16Array.of(1, 0, 0, 0), Int16Array.of(0, 0, 1, 1), truth)], [0]);
});
