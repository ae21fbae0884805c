import assert from "node:assert/strict";
import { test } from "node:test";
import { clockWords, stretches, whereAt } from "../../../assets/takeaway/bar.mjs";
import { actOf } from "../../../assets/takeaway/keys.mjs";
import { rowsOf } from "../../../assets/takeaway/legend.mjs";
import { linesOf } from "../../../assets/takeaway/sample_card.mjs";
import { createTape } from "../../../assets/takeaway/tape.mjs";

test("a tape plays by the clock, changes speed in the middle, and ends by itself", () => {
  const tape = createTape(10);
  tape.play(1000);
  assert.equal(tape.tick(3000), 2);
  tape.setSpeed(4, 3000);
  assert.equal(tape.tick(4000), 6);
  tape.pause(4500);
  assert.equal(tape.tick(9000), 8);
  assert.equal(tape.isPlaying, false);
  tape.play(9000);
  assert.equal(tape.tick(20_000), 10);
  assert.equal(tape.isPlaying, false);
  tape.play(30_000);
  assert.equal(tape.tick(30_000), 0);
  tape.seek(99);
  assert.equal(tape.at, 10);
  tape.seek(-1);
  assert.equal(tape.at, 0);
});

test("keys ask for acts, and leave what belongs to the browser", () => {
  assert.deepEqual(actOf({ key: " " }, 9), ["toggle"]);
  assert.deepEqual(actOf({ key: "End" }, 9), ["seek", 9]);
  assert.deepEqual(actOf({ key: "ArrowLeft" }, 9), ["step", -1]);
  assert.equal(actOf({ key: "+", ctrlKey: true }, 9), null);
  assert.equal(actOf({ key: "x" }, 9), null);
});

test("the bar tells runs and places", () => {
  const about = { runs: [{ title: "Pretraining" }, { title: "Run 1" }], shots: [{ run: 0, epoch: 0 }, { run: 0, epoch: 1 }, { run: 1, epoch: 0.5 }] };
  const beats = [0, 1, 2].map((at) => ({ at, shot: at, caption: -1 }));
  assert.deepEqual(stretches(about, beats, 3).map(({ title, from, to }) => [title, from, to]), [["Pretraining", 0, 2], ["Run 1", 2, 3]]);
  assert.equal(whereAt(about, beats, 2.5), "Run 1, epoch 0.5");
  assert.equal(clockWords(75.9), "1:15");
});

test("the legend counts living classes, the largest where there are too many", () => {
  const classes = Array.from({ length: 50 }, (_, index) => ({ class_index: index, name: String(index), color: 0, merged_into: index === 0 ? 1 : null }));
  const { rows, more } = rowsOf(classes, new Map([[7, 3]]));
  assert.deepEqual([rows.length, more, rows[0].name], [40, 9, "7"]);
  assert.equal(rowsOf(classes.slice(0, 3), new Map()).rows.length, 2);
});

test("the card of a sample tells what was known then", () => {
  const known = { named: [-1, -2, 4], opinion: { prediction: [3, -1, -1], confidence: [255, 0, 0] }, heldOut: [1, 0, 0], nameOf: (index) => `class ${index}`, labelOf: () => undefined };
  assert.deepEqual(linesOf(0, known), [["named", "not yet"], ["predicted", "class 3"], ["sure", "100 %"], ["held out", "never trained on"]]);
  assert.deepEqual(linesOf(1, known), [["named", "unsure"]]);
  assert.deepEqual(linesOf(2, { ...known, opinion: null, labelOf: () => "pear" }), [["named", "class 4"], ["data set", "pear"]]);
});
