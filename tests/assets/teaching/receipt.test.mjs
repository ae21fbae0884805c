import assert from "node:assert/strict";
import { test } from "node:test";

import { packIds, toBase64 } from "../../../assets/parts/codec.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";
import { againstWords, differenceOf, gainPlaces, gainWords, headWords, mountReceipt, renamedWords, runWithReceipt, unheardWords, untaughtWords, whatWords, worseIds } from "../../../assets/teaching/receipt.mjs";

const run = (number, more = {}) => ({ run_id: `r${number}`, number, on_line: true, line_place: number, state: "finished", has_receipt: true, ...more });

test("the receipt is that of the last run on the line, once it has ended", () => {
  assert.equal(runWithReceipt([run(2), run(1)]).run_id, "r2");
  assert.equal(runWithReceipt([run(1), run(2, { has_receipt: false })]), null);
  assert.equal(runWithReceipt([run(1), run(2, { state: "running" })]), null);
  assert.equal(runWithReceipt([run(1), run(2, { on_line: false })]).run_id, "r1");
  assert.equal(runWithReceipt([run(1, { line_place: 2 }), run(2, { line_place: 1 })]).run_id, "r1", "it is the map again");
  assert.equal(runWithReceipt([]), null);
});

const by = (author, named, moved = 0, placed = 0) => ({ author, is_mine: author === "me", num_named: named, num_moved: moved, num_placed: placed });

test("what was done is said in words, of each who did it", () => {
  const words = (...shares) => whatWords({ num_moved: 24, num_named: 213, by: shares });
  assert.equal(words(by("me", 213, 24)), "You moved 24 samples and named 213.");
  assert.equal(words(by("me", 0, 1)), "You moved 1 sample.");
  assert.equal(words(by("Ana", 2), by("me", 3)), "You named 3 samples, Ana 2.");
  assert.equal(words(by("Ana", 2)), "Ana named 2 samples.");
  assert.equal(words(by("me", 1000), by("Ana", 2, 24), by("Ben", 0, 0, 1)), "You named 1,000 samples; Ana moved 24 and named 2; Ben gave a new place to 1 class.");
  assert.equal(words(by("Ana", 9), by("Ben", 5), by("Cem", 4), by("me", 3)), "You named 3 samples, Ana 9, 2 others 9.");
  assert.equal(words(by("me", 0, 0, 2)), "You gave a new place to 2 classes.");
});

test("it is headed by whose doing it was, and how many gestures that were", () => {
  const who = (author, gestures) => ({ ...by(author, 1), num_gestures: gestures });
  const head = (...shares) => headWords({ by: shares });
  assert.equal(head(who("me", 1)), "What your gesture did");
  assert.equal(head(who("me", 1200)), "What your 1,200 gestures did");
  assert.equal(head(who("Ada", 1)), "What 1 gesture of Ada did");
  assert.equal(head(who("me", 3), who("Ada", 2)), "What 5 gestures of Ada and you did");
  assert.equal(head(who("Ada", 2), who("Ben", 1), who("Cem", 1)), "What 4 gestures of Ada, Ben and Cem did");
  assert.equal(head(who("Ada", 2), who("me", 1), who("Ben", 1), who("Cem", 1)), "What 5 gestures of you and 3 others did");
  assert.equal(head(who("Ada", 2), who("Ben", 1), who("Cem", 1), who("Dot", 1)), "What 5 gestures of Ada and 3 others did");
});

test("an older run's receipt is headed without a number, or without anybody", () => {
  assert.equal(headWords({ by: [by("me", 3)] }), "What your gestures did");
  assert.equal(headWords({ by: [by("me", 3), by("Ada", 2)] }), "What gestures of Ada and you did");
  assert.equal(headWords({}), "What the gestures did");
});

test("what an older run did is said without saying who", () => {
  assert.equal(whatWords({ num_moved: 24, num_named: 213 }), "24 samples were moved and 213 named.");
  assert.equal(whatWords({ num_moved: 0, num_named: 1, by: [] }), "1 sample was named.");
  assert.equal(whatWords({ num_moved: 0, num_named: 0 }), "Classes were given a new place.");
});

test("a gain is told with its verdict, or why there is none", () => {
  assert.deepEqual(gainWords({ gain: null, control: "waiting", message: "" }).words, "Measuring against the same run without the moves.");
  assert.deepEqual(gainWords({ gain: null, control: "stopped", message: "Not measured: a newer Update came first." }).words, "Not measured: a newer Update came first.");
  assert.equal(gainWords({ gain: { verdict: null, reason: "Only 3." } }).words, "Withheld. Only 3.");
  assert.equal(gainWords({ gain: { verdict: "harm" } }).kind, "error");
});

test("a run and its control of different devices or precisions are told so, one of the same or of before it was noted is not", () => {
  const words = (run, control) => gainWords({ control: "measured", gain: { verdict: "no effect" }, trained_on: run, control_trained_on: control }).words;
  assert.match(words("GPU", "CPU, bfloat16"), /\(GPU; CPU, bfloat16\): rounding alone can turn a few predictions\.$/);
  const plain = words();
  for (const [run, control] of [["GPU", "GPU"], [undefined, "GPU"], ["CPU, float32", undefined]]) assert.equal(words(run, control), plain);
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

test("the difference says against what it is, and that it is the moves it speaks of, not the Update", () => {
  const of = (verdict) => gainWords({ control: "measured", gain: { verdict } }).words;
  assert.deepEqual([againstWords({ control: "measured" }), againstWords({ control: "none" })], ["Against the same run without the moves", "Against the map before"]);
  for (const verdict of ["real gain", "harm", "no effect", "may be chance"]) assert.match(of(verdict), /\bthe moves\b/);
});

test("the interval's line always holds no effect", () => {
  const places = gainPlaces({ mean: 0.02, low: 0.01, high: 0.03 });
  assert.ok(places.none > 0 && places.none < places.low && places.low < places.mean && places.mean < places.high && places.high < 100);
  const around = gainPlaces({ mean: 0, low: 0, high: 0 });
  assert.ok([around.low, around.high, around.mean, around.none].every((at) => at > 49 && at < 51));
});

test("what got worse are the samples that were counted, none of an older run", () => {
  const worse = toBase64(packIds(Uint32Array.of(1, 4), 10));
  assert.deepEqual([...worseIds({ right_to_wrong: 2, worse }, 10)], [1, 4]);
  assert.deepEqual([...worseIds({ right_to_wrong: 2 }, 10)], []);
});

test("what the network never heard is said, and what it cannot be right about", () => {
  const unheard = (num_named, num_named_held_out) => unheardWords({ num_named, num_named_held_out });
  assert.equal(unheard(5, 2), " 2 of the named are held out: they measure, and teach nothing.");
  assert.equal(unheard(5, 1), " 1 of the named is held out: it measures, and teaches nothing.");
  assert.equal(unheard(1, 1), " It is held out: it measures, and teaches nothing.");
  assert.equal(unheard(1200, 1200), " All are held out: they measure, and teach nothing.");
  assert.equal(unheard(5, 0) + unheard(5, undefined), "", "also where an older run did not keep it");
  const untaught = (num_untaught, accuracy_after = 0.7) => untaughtWords({ num_known: 1359, num_untaught, accuracy_after });
  assert.equal(untaught(120), "120 of 1,359 held-out samples count as wrong: nobody has named their classes yet.");
  assert.equal(untaught(1), "1 of 1,359 held-out samples counts as wrong: nobody has named its class yet.");
  assert.equal(untaught(0) + untaught(undefined) + untaught(120, null), "");
});

const PARTS = ["", "run", "title", "what", "arrived", "arrived-bar", "flipped", "drift", "drift-share", "better", "worse", "accuracy", "against", "gain", "verdict", "words", "show-worse", "undo", "close"];
const RECEIPT = { run_id: "r1", control: "stopped", gain: null, message: "", by: [], num_moved: 3, num_named: 0, num_arrived: 2, drift: null, drift_share: null, wrong_to_right: 1, right_to_wrong: 0, accuracy_before: null, accuracy_after: null, num_known: 9 };

test("its Undo is about its own Update, and goes once something newer would be taken back", async () => {
  const root = pageOf(PARTS.map((each) => (each ? `receipt-${each}` : "receipt")));
  const undone = [];
  const server = (undo) => ({ server: { runs: [run(1)], digest: "d", project: { num_samples: 9 }, undo } });
  const state = createState({ server: null, connection: "ok" });
  mountReceipt({ state, api: { receipt: async () => RECEIPT }, actions: { undoOf: (seq) => undone.push(seq) }, root });
  const button = root.querySelector("#receipt-undo");
  state.set(server({ seq: 7, run_id: "r1" }));
  await new Promise((done) => { setImmediate(done); });
  assert.equal(button.hidden, false);
  button.click();
  state.set(server({ seq: 8, run_id: null }));
  assert.equal(button.hidden, true, "another tab did something");
  state.set(server({ seq: 7, run_id: "r1" }));
  button.click();
  assert.deepEqual([button.hidden, undone], [false, [7, 7]]);
});

test("how far the others drifted is told against the map's radius, which it may exceed", async () => {
  const root = pageOf(PARTS.map((each) => (each ? `receipt-${each}` : "receipt")));
  const state = createState({ server: null, connection: "ok" });
  mountReceipt({ state, api: { receipt: async () => ({ ...RECEIPT, drift: 1.1, drift_share: 1.171 }) }, actions: {}, root });
  state.set({ server: { runs: [run(1)], digest: "d", project: { num_samples: 9 } } });
  await new Promise((done) => { setImmediate(done); });
  assert.equal(root.querySelector("#receipt-drift-share").textContent, "1.2 × the map's radius");
});

test("a receipt that was lost with the connection is asked for again once it is back", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  let numAsked = 0;
  const api = { receipt: async () => { numAsked += 1; throw new Error("lost"); } };
  const state = createState({ server: null, connection: "ok" });
  mountReceipt({ state, api, actions: {}, root: pageOf(["receipt", "receipt-show-worse", "receipt-undo", "receipt-close"]) });
  state.set({ server: { runs: [run(1)], digest: "d", project: { num_samples: 9 } } });
  await soon();
  state.set({ connection: "lost" });
  await soon();
  assert.equal(numAsked, 1);
  state.set({ connection: "ok" });
  await soon();
  assert.equal(numAsked, 2);
});

test("of two answers the one asked for last counts, also where it comes first", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  const root = pageOf(PARTS.map((each) => (each ? `receipt-${each}` : "receipt")));
  const held = [];
  const state = createState({ server: null, connection: "ok" });
  mountReceipt({ state, api: { receipt: () => new Promise((resolve, reject) => { held.push({ resolve, reject }); }) }, actions: {}, root });
  const look = async (digest) => { state.set({ server: { runs: [run(1)], digest, project: { num_samples: 9 } } }); await soon(); };
  const waiting = { ...RECEIPT, control: "waiting" };
  const measured = { ...RECEIPT, message: "Not measured: a newer Update came first." };
  await look("a");
  held[0].resolve(waiting);
  await soon();
  for (const digest of ["b", "c", "d"]) await look(digest);
  held[1].reject(new Error("lost"));
  await soon();
  state.set({ connection: "lost" });
  state.set({ connection: "ok" });
  assert.equal(held.length, 4, "the newest question is on its way");
  held[3].resolve(measured);
  await soon();
  held[2].resolve(waiting);
  await soon();
  assert.equal(root.querySelector("#receipt-words").textContent, measured.message);
});

test("an accuracy before that holds renamed samples to their new names says so; an older receipt does not tell", () => {
  assert.match(renamedWords({ num_renamed: 15, accuracy_before: 0.902 }), /^15 held-out samples were renamed since: .* their new names\.$/);
  assert.match(renamedWords({ num_renamed: 1, accuracy_before: 0.9 }), /^1 held-out sample was .* it to its new name\.$/);
  assert.match(renamedWords({ num_renamed: 2, num_named_against: 5, accuracy_before: 0.9 }), /^2 held-out samples were renamed and 5 named against their label since: .* their new names\.$/);
  assert.match(renamedWords({ num_named_against: 1, accuracy_before: 0.9 }), /^1 held-out sample was named against its label since: .* its new name\.$/);
  for (const receipt of [{ accuracy_before: 0.9 }, { num_renamed: 0, accuracy_before: 0.9 }, { num_renamed: 3, accuracy_before: null }]) assert.equal(renamedWords(receipt), "");
});
