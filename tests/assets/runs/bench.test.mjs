import assert from "node:assert/strict";
import test from "node:test";

import { pageOf } from "../nodes.mjs";
import { firstPair, seenRuns, settled } from "../../../assets/runs/bench.mjs";
import { accuracyWords, byChange, drawVerdict, isSilent, renamedWords, turnsOf } from "../../../assets/runs/changes.mjs";
import { createEpochs } from "../../../assets/runs/epochs.mjs";
import { ringed } from "../../../assets/runs/rings.mjs";
import { crowdOf, driftOf } from "../../../assets/runs/twins.mjs";

const run = (number, lastEpoch) => ({ run_id: `r${number}`, number, last_epoch: lastEpoch });

test("the newest map and what it learned from come first", () => {
  assert.deepEqual(seenRuns([run(0, 9), run(1, 3), run(2, -1)]).map((each) => each.number), [1, 0]);
  assert.deepEqual(firstPair([run(0, 9), run(1, 3), run(2, -1)]), { before: { run: "r0", epoch: 9 }, after: { run: "r1", epoch: 3 } });
  assert.deepEqual(firstPair([run(0, 9)]), { before: { run: "r0", epoch: 0 }, after: { run: "r0", epoch: 9 } });
  assert.equal(firstPair([run(0, -1)]), null);
});

test("flips take turns, so that those to wrong are seen", () => {
  const found = { to_right: [1, 2, 3, 4], to_wrong: [9] };
  assert.deepEqual(turnsOf(found, 3).map((each) => each.id), [1, 9, 2]);
  assert.deepEqual(turnsOf(found, 99).map((each) => each.isRight), [true, false, true, true, true]);
});

test("rings leave room for both kinds", () => {
  const many = Array.from({ length: 300 }, (_, id) => id);
  const rings = ringed({ to_right: many, to_wrong: many }, 10);
  assert.equal(rings.length, 10);
  assert.equal(rings.filter((each) => each.isRight).length, 5);
  assert.equal(ringed({ to_right: many, to_wrong: [5] }, 10).filter((each) => each.isRight).length, 9);
});

test("classes go from the best change to the worst", () => {
  const classes = [{ class_index: 0, mean: -0.1 }, { class_index: 1, mean: 0.2 }, { class_index: 2, mean: 0 }];
  assert.deepEqual(byChange(classes).map((each) => each.class_index), [1, 2, 0]);
});

test("drift lines lead from before to after, the longest first", () => {
  const [first, ...rest] = driftOf(Float32Array.of(0, 0, 1, 1, 2, 2), Float32Array.of(0, 1, 1, 1, 5, 2), 2, (id) => [id, 0, 0]);
  assert.deepEqual([...first.path], [2, 2, 5, 2]);
  assert.deepEqual(first.color, [2, 0, 0]);
  assert.equal(rest.length, 1);
});

test("long ways are fewer, so that the map is seen below them", () => {
  const spots = Float32Array.from({ length: 800 }, (_, at) => Math.cos(at)); // of about one radius
  const drifted = (by) => driftOf(spots, spots.map((place) => place + by), 2, () => []).length;
  assert.equal(drifted(0.05), 400);
  const spot = spots.map((place) => place / 1000);
  const grown = driftOf(spot, spots, 2, () => []).length;
  assert.ok(grown > 50 && grown < 400, `${grown} lines from a map that was one spot`);
  assert.ok(drifted(3) > 10 && drifted(3) < 60, `${drifted(3)} lines`);
});

test("epochs are fetched once, and of a run that goes on only the new ones", async () => {
  const asked = [];
  const all = [0, 1, 2].map((epoch) => ({ epoch }));
  const api = { json: async (path) => { asked.push(path); const after = Number(/after=(\d+)/.exec(path)?.[1] ?? -1); return { epochs: all.filter(({ epoch }) => epoch > after && epoch <= limit) }; } };
  let limit = 1;
  const epochs = createEpochs(api);
  assert.deepEqual(await epochs.upTo({ run_id: "r", last_epoch: -1 }), []);
  const both = await Promise.all([epochs.upTo({ run_id: "r", last_epoch: 1 }), epochs.upTo({ run_id: "r", last_epoch: 1 })]);
  assert.deepEqual(both.map((list) => list.length), [2, 2]);
  limit = 2;
  assert.equal((await epochs.upTo({ run_id: "r", last_epoch: 2 })).length, 3);
  await epochs.upTo({ run_id: "r", last_epoch: 2 });
  assert.deepEqual(asked, ["/api/runs/r/epochs", "/api/runs/r/epochs?after=1"]);
});

test("an epoch that a run does not have gives way to the nearest", () => {
  const list = [1, 2, 3].map((epoch) => ({ epoch }));
  assert.deepEqual([0, 2, 9].map((epoch) => settled({ run: "r", epoch }, list).epoch), [1, 2, 3]);
  assert.deepEqual(settled({ run: "r", epoch: 4 }, []), { run: "r", epoch: 4 });
});

test("accuracies are told as far as they are known", () => {
  assert.equal(accuracyWords(0.831, 0.85, 1359), "83.1 % before, 85.0 % after, of 1,359 held-out samples.");
  assert.equal(accuracyWords(null, 0.189, 359), "18.9 % after, of 359 held-out samples.");
  assert.equal(accuracyWords(null, null, 3), "Held-out samples of known class.");
});

test("samples renamed since are counted apart; an older answer has none", () => {
  assert.equal(renamedWords({ num_renamed: 81 }), "81 held-out samples renamed since are left out.");
  assert.equal(renamedWords({ num_renamed: 0, num_named_against: 183 }), "183 held-out samples named against their label since are left out.");
  assert.equal(renamedWords({ num_renamed: 1, num_named_against: 1 }), "1 held-out sample renamed and 1 named against its label since are left out.");
  assert.deepEqual([renamedWords({ num_renamed: 0 }), renamedWords({})], ["", ""]);
});

test("flips are told as those of held-out samples: the receipt on the Map counts all", () => {
  const host = pageOf(["verdict"]).querySelector("#verdict");
  drawVerdict(host, { gain: { verdict: null, reason: "Few.", num_known: 9 }, accuracy_before: 0.5, accuracy_after: 0.6, num_to_right: 238, num_to_wrong: 0 });
  assert.match(host.textContent, /Wrong to right238 held out/);
  assert.doesNotMatch(host.textContent, /labels/);
});

test("a comparison tells what the labels alone say where names stand against them", () => {
  const host = pageOf(["verdict"]).querySelector("#verdict");
  drawVerdict(host, { gain: { verdict: null, reason: "Few.", num_known: 9 }, accuracy_before: 0.5, accuracy_after: 0.6, num_to_right: 1, num_to_wrong: 0, by_label_before: 0.4, by_label_after: 0.3, num_contradicted: 5 });
  assert.match(host.textContent, /60\.0 % after, of 9 held-out samples\. By the data set's labels alone 40\.0 % before, 30\.0 % after: 5 held-out samples are named against them\.$/);
});

test("noughts are no finding where one of the two predicts nothing", () => {
  const found = { accuracy_before: null, accuracy_after: 0.398, num_to_right: 0, num_to_wrong: 0 };
  assert.equal(isSilent(found), true);
  assert.equal(isSilent({ ...found, accuracy_before: 0.4 }), false);
  assert.equal(isSilent({ ...found, num_to_wrong: 1 }), false);
});

test("a class that lies in two places has its name at one of them, not between", () => {
  const place = (id) => (id < 60 ? [id % 6, id % 5] : [100 + (id % 4), id % 3]);
  const embedding = Float32Array.from(Array.from({ length: 100 }, (_, id) => place(id)).flat());
  const { classIndex, ids } = crowdOf({ classIndex: 7, ids: Uint32Array.from({ length: 100 }, (_, id) => id) }, embedding, 2);
  assert.equal(classIndex, 7);
  assert.ok(ids.length >= 12 && ids.length < 26, `${ids.length} are a crowd`);
  assert.ok(ids.every((id) => id < 60), "all in the larger one");
  assert.equal(crowdOf({ classIndex: 0, ids: Uint32Array.of(1, 2, 3) }, embedding, 2).ids.length, 3);
});
