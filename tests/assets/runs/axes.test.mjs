import assert from "node:assert/strict";
import test from "node:test";

import { apart, bandOf, pathOf, rangeOf, scaleOf, ticksOf } from "../../../assets/runs/axes.mjs";
import { leftEdgeOf, linesOf, noCurve, noTerms, termsOf, tickWords } from "../../../assets/runs/curves.mjs";

const same = (value) => value;

test("ticks are round and inside", () => {
  assert.deepEqual(ticksOf(0, 12), [0, 5, 10]);
  assert.deepEqual(ticksOf(0.71, 0.93), [0.75, 0.8, 0.85, 0.9]);
  assert.deepEqual(ticksOf(0, 1), [0, 0.5, 1]);
});

test("there are at least three ticks, and not many more, wherever a range lies", () => {
  for (let nth = 0; nth < 3000; nth += 1) {
    const low = (nth % 97) / 101;
    const ticks = ticksOf(low, low + 0.02 * 1.003 ** (nth % 1300));
    assert.ok(ticks.length >= 3 && ticks.length <= 8, `${low} ${ticks}`);
  }
});

test("the widest tick is whole, and the top one says percent as everywhere", () => {
  assert.deepEqual(tickWords([0.7, 0.725]), ["70", "72.5 %"]);
  const [wide, small] = [leftEdgeOf(["70", "72.5 %"]), leftEdgeOf(["0", "5 %"])];
  assert.ok(wide - 6 >= 6 * "72.5 %".length, `${wide}`);
  assert.ok(small < wide);
});

test("a range has room, also around one value or none", () => {
  const [low, high] = rangeOf([0.5, NaN, 0.5], 0.02);
  assert.ok(low <= 0.49 && high >= 0.51);
  assert.deepEqual(rangeOf([NaN]), [0, 1]);
  assert.equal(scaleOf([0, 10], [100, 0])(5), 50);
});

test("a line breaks where a value is withheld", () => {
  assert.equal(pathOf([[0, 1], [1, NaN], [2, 3], [3, 4]], same, same), "M0.0 1.0M2.0 3.0L3.0 4.0");
  assert.equal(bandOf([[0, 1, 2]], same, same), "");
  assert.equal(bandOf([[0, 1, 3], [1, 2, 4]], same, same), "M0.0 3.0L1.0 4.0L1.0 2.0L0.0 1.0Z");
});

test("words at line ends move apart and keep their order", () => {
  assert.deepEqual(apart([50, 52, 10], 14), [50, 64, 10]);
});

const epoch = (at, metrics) => ({ epoch: at, metrics });
const CHOSEN = [
  { run: { number: 2 }, epochs: [epoch(0, { held_out_accuracy: null, loss: 2 }), epoch(1, { held_out_accuracy: 0.8, held_out_known: 40, loss: 1, magnets: 3 })] },
  { run: { number: 1 }, epochs: [epoch(0, { loss: 4, kl: 1 })] },
];

test("the newest run lies on top and alone has its interval", () => {
  const lines = linesOf(CHOSEN, "held_out_accuracy");
  assert.deepEqual(lines.map((line) => line.rank), [1, 0]);
  assert.deepEqual(lines[0].band, []);
  const atTheEnds = linesOf([{ run: {}, epochs: [0, 1].map((at) => epoch(at, { held_out_accuracy: at, held_out_known: 20 })) }], "held_out_accuracy");
  const ends = atTheEnds[0].band.map((each) => each.map((value) => Number(value.toFixed(3))));
  assert.deepEqual(ends, [[0, 0, 0.161], [1, 0.839, 1]], "no share is below none or above all");
  assert.deepEqual(lines[1].band.map(([at, low]) => [at, Number(low.toFixed(2))]), [[0, NaN], [1, 0.65]]);
});

test("every loss term that a chosen run has is shown", () => {
  assert.deepEqual(termsOf(CHOSEN), ["loss", "kl", "magnets"]);
  assert.deepEqual(termsOf([]), []);
});

test("where there is no curve, the one reason is said", () => {
  const line = (kind, pairs) => ({ run: { kind }, pairs });
  assert.match(noCurve([]), /Choose a run/);
  assert.match(noCurve([line("fine_tune", [])]), /No epoch/);
  assert.match(noCurve([line("pretrain", [[1, null]])]), /^A pretraining predicts nothing/);
  const waits = { run: { kind: "fine_tune", state: "queued" }, pairs: [] };
  assert.equal(noCurve([line("pretrain", [[1, null]]), waits]), "It has not begun.");
  assert.match(noCurve([line("pretrain", [[1, null]]), line("fine_tune", [[1, null]])]), /fewer than 20/);
});

test("where there is no loss term, a run that is chosen is not asked for", () => {
  assert.equal(noTerms([]), "Choose a run in the table.");
  assert.equal(noTerms([{ run: {}, epochs: [] }]), "No epoch of this run is there to draw.");
  assert.equal(noTerms([{ run: {}, epochs: [] }, { run: {}, epochs: [epoch(0, { loss: null })] }]), "Losses begin with epoch 1; it is not there to draw.");
});
