// Drags as gestures, over a page that only notes what is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMoves, MOST_MOVED } from "../../../assets/teaching/moves.mjs";
import { newsOf, toldOf } from "../../../assets/teaching/overridden.mjs";

function page(more = {}, remarks = ["And more."]) {
  const sent = [];
  const said = [];
  const state = {
    picture: { runId: "r", n: 7, part: 0.5, embedding: Float32Array.of(1, 2, 3, 4, 5, 6), latentDim: 2 },
    heldOut: Uint8Array.of(0, 1, 0), pins: { ids: Uint32Array.of(2) }, classes: [{ class_index: 0, name: "fig", color: 3 }], ...more,
  };
  const moves = createMoves({
    state: { get: () => state, set: () => {} },
    gesture: async (verb, values, local) => { sent.push({ verb, values, local }); return { message: "St. Bernard moved.", remarks }; },
    showToast: ({ text }) => said.push(text),
    needSelection: () => Uint32Array.of(0, 1, 2),
  });
  return { moves, sent, said };
}

test("a move carries its targets as bytes, the map it was drawn on, and a class where it names", async () => {
  const { moves, sent, said } = page();
  await moves.move({ ids: Uint32Array.of(0), targets: Float32Array.of(1, -1), classIndex: 0 });
  const [{ verb, values, local }] = sent;
  assert.equal(verb, "move");
  assert.deepEqual([...new Float32Array(Uint8Array.from(Buffer.from(values.targets, "base64")).buffer)], [1, -1]);
  assert.deepEqual([values.snapshot, values.class_index, local.classIndex], [{ run_id: "r", n: 7 }, 0, 0]);
  assert.deepEqual(said, ["And more."]);
});

test("a move that does not name says nothing of classes", async () => {
  const { moves, sent } = page();
  await moves.move({ ids: Uint32Array.of(0), targets: Float32Array.of(1, -1) });
  assert.equal("class_index" in sent[0].values || "classIndex" in sent[0].local, false);
});

test("what was taken hold of on another map than is shown at the drop names that one", async () => {
  const { moves, sent } = page();
  const picture = { runId: "before", n: 3 };
  await moves.move({ ids: Uint32Array.of(0), targets: Float32Array.of(1, -1), picture });
  await moves.placeClass(0, [1, 2], picture);
  assert.deepEqual(sent.map(({ values }) => values.snapshot), [{ run_id: "before", n: 3 }, { run_id: "before", n: 3 }]);
});

test("a class on its way goes by the gesture that makes it", async () => {
  const { moves, sent } = page({ classes: [{ class_index: 0, name: "fig", color: 3, key: "maker" }] });
  await moves.move({ ids: Uint32Array.of(0), targets: Float32Array.of(1, -1), classIndex: 0 });
  await moves.placeClass(0, [1, 2]);
  await moves.releaseClass(0);
  assert.deepEqual(sent.map(({ values }) => values.class_index), new Array(3).fill({ made_by: "maker" }));
  assert.deepEqual(sent.map(({ local }) => [local.madeBy, "classIndex" in local]), new Array(3).fill(["maker", false]));
});

test("pinning leaves out held-out samples and takes the others' places", async () => {
  const { moves, sent } = page();
  await moves.pin();
  assert.deepEqual([...sent[0].local.ids], [0, 2]);
  assert.deepEqual([...sent[0].local.targets], [1, 2, 5, 6]);
});

test("only what is pinned is released", async () => {
  const { moves, sent } = page();
  await moves.releaseSelected();
  assert.deepEqual([...sent[0].local.ids], [2]);
  const bare = page({ pins: { ids: new Uint32Array(0) } });
  assert.equal(bare.moves.releaseSelected(), undefined);
  assert.deepEqual(bare.said, ["None of the selected samples has a pin."]);
});

test("more than the limit is refused with its figure", () => {
  const { moves, said } = page();
  assert.equal(moves.isTooMany(new Uint32Array(MOST_MOVED)), false);
  assert.equal(moves.isTooMany(new Uint32Array(MOST_MOVED + 1)), true);
  assert.match(said[0], /10,000.*10,001/);
});

test("what the answer remarks is said too, whatever the class is called", async () => {
  const told = [];
  for (const remarks of [[], ["2 stayed. They measure.", "Yours is newer."]]) {
    const { moves, said } = page({}, remarks);
    await moves.placeClass(0, [1, 2]);
    told.push(said);
  }
  assert.deepEqual(told, [[], ["2 stayed. They measure. Yours is newer."]]);
});

test("an overridden move is told once, and again for what is new", () => {
  const now = [{ seq: 4, by: "Ada", count: 2 }];
  assert.equal(newsOf(now, {}), "Ada has moved 2 of the samples you had placed; the later move counts.");
  assert.equal(newsOf(now, toldOf(now)), "");
  assert.match(newsOf([{ seq: 4, by: "Ada", count: 5 }], toldOf(now)), /^Ada has moved 3 /);
});
