// The pure parts of the panels: what they say, and where things go.

import assert from "node:assert/strict";
import { test } from "node:test";

import { suggestName } from "../../../assets/teaching/actions.mjs";
import { rowsInSight, stepTo } from "../../../assets/insight/gallery.mjs";
import { namedClasses, stepOf } from "../../../assets/mappage/hints.mjs";
import { wasClosed } from "../../../assets/mappage/panels.mjs";
import { binPath, countBins, rowsOf } from "../../../assets/insight/histograms.mjs";
import { linesFor, placeCard } from "../../../assets/insight/hovercard.mjs";
import { entryAfter } from "../../../assets/parts/menu.mjs";
import { isolated, toggled } from "../../../assets/teaching/palette.mjs";
import { placeBar } from "../../../assets/teaching/selectionbar.mjs";
import { linePoints } from "../../../assets/parts/sparkline.mjs";
import { inkToAlpha, placeOf } from "../../../assets/parts/sheets.mjs";
import { blockLabel, gesturesByRun, gestureWords } from "../../../assets/motion/timeline.mjs";
import { undoWords } from "../../../assets/mappage/toolbar.mjs";
import { labelSlots } from "../../../assets/mappage/view.mjs";

const CLASSES = [
  { class_index: 0, name: "apple", color: 1, merged_into: null },
  { class_index: 1, name: "pear", color: 4, merged_into: 0 },
];
const ROOM = { width: 744, height: 616 };

test("palette: a click switches one off and on; isolating twice shows all again", () => {
  assert.deepEqual([...toggled(new Set([1]), 2)], [1, 2]);
  assert.deepEqual([...toggled(new Set([1]), 1)], []);
  const alone = isolated(new Set(), 1, [0, 1, 2, -1]);
  assert.deepEqual([...alone], [0, 2, -1]);
  assert.deepEqual([...isolated(alone, 1, [0, 1, 2, -1])], []);
});

test("panels: as they were left; open where nothing is known", () => {
  const left = new Map([["lodemap.panel.left", "closed"]]);
  assert.ok(wasClosed({ getItem: (key) => left.get(key) ?? null }, "left"));
  assert.ok(!wasClosed({ getItem: () => null }, "right"));
});

test("gallery: five thousand pictures, a handful of rows", () => {
  const { first, last } = rowsInSight({ scrollTop: 20000, height: 440, pitch: 44, numRows: 1000 });
  assert.ok(first * 44 < 20000 && last * 44 > 20440);
  assert.ok(last - first < 20);
  assert.deepEqual(rowsInSight({ scrollTop: 0, height: 440, pitch: 44, numRows: 2 }), { first: 0, last: 2 });
});

test("gallery: arrows walk the grid and stop at its ends", () => {
  assert.deepEqual(["ArrowDown", "ArrowLeft", "End", "x"].map((key) => stepTo(key, 3, 10)), [8, 2, 9, null]);
  assert.equal(stepTo("ArrowDown", 8, 10), 9);
});

test("thumbnails: sheet, column and row of a sample", () => {
  assert.deepEqual(placeOf(1024 + 33, { columns: 32, per_sheet: 1024 }), { k: 1, column: 1, row: 1 });
});

test("thumbnails: how bright a stroke is becomes how opaque it is", () => {
  assert.deepEqual([...inkToAlpha(Uint8ClampedArray.of(0, 0, 0, 255, 200, 200, 200, 255))], [0, 0, 0, 0, 200, 200, 200, 200]);
});

test("hover card: beside the point, on the other side at the edge, never over it", () => {
  const card = { width: 262, height: 100 };
  assert.equal(placeCard({ x: 100, y: 300 }, card, ROOM).left, 114);
  assert.equal(placeCard({ x: 700, y: 300 }, card, ROOM).left, 700 - 14 - 262);
  const narrow = placeCard({ x: 150, y: 300 }, card, { width: 300, height: 616 });
  assert.ok(narrow.top >= 300 + 14);
});

test("hover card: keeps clear of the selection's bar, and of the point", () => {
  const card = { width: 262, height: 100 };
  const bar = { left: 200, right: 520, top: 310, bottom: 344 };
  for (const point of [{ x: 250, y: 290 }, { x: 300, y: 360 }, { x: 180, y: 325 }]) {
    const { left, top } = placeCard(point, card, ROOM, bar);
    assert.ok(left + 262 <= bar.left || left >= bar.right || top + 100 <= bar.top || top >= bar.bottom, JSON.stringify(point));
    assert.ok(left > point.x || left + 262 < point.x || top > point.y || top + 100 < point.y, JSON.stringify(point));
    assert.ok(left >= 8 && top >= 8 && left + 262 <= ROOM.width && top + 100 <= ROOM.height);
  }
});

test("hover card: named, predicted, sure, and what is known of a held-out sample", () => {
  const lines = linesFor(0, {
    named: Int16Array.of(0), classes: CLASSES, prediction: Int16Array.of(0), opinion: { confidence: Uint8Array.of(128) },
    label: Int16Array.of(0), dataset: { class_names: ["7"] }, server: { gestures: [{ verb: "annotate", class_index: 0, author: "Ben" }] }, heldOut: Uint8Array.of(1),
  });
  assert.deepEqual(lines.map(({ term, text }) => `${term} ${text}`), ["named apple", "predicted apple", "sure 50 %", "data set 7", "held out never trained on"]);
});

test("histograms: points in sight are counted by group, the rest is left out", () => {
  const [first, second] = countBins(Float32Array.of(0.1, 9, 0.9, 9, 5, 9), 2, 0, [0, 1], (id) => id % 2, 2);
  assert.equal(first.reduce((a, b) => a + b), 1);
  assert.equal(first[6], 1);
  assert.equal(second[57], 1);
  assert.match(binPath(first, 1, false), /^M0\.5 1\.0000L/);
});

test("histograms: a row a class, one more for the rest, none for what is hidden", () => {
  const rowOf = rowsOf(Int16Array.of(4, 7, -1, -2, 9, 5), [4, 7], new Set([9, -2]));
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(rowOf), [0, 1, 2, -1, -1, 2]);
});

test("hints: two clusters, then Update, then gone", () => {
  assert.equal(namedClasses(Int16Array.of(3, 3, -1, -2, 5)).size, 2);
  assert.deepEqual([stepOf(0, false), stepOf(1, false), stepOf(7, false), stepOf(0, true)], [0, 1, 2, 3]);
});

test("timeline: blocks are named as far as there is room", () => {
  const run = { kind: "fine_tune", number: 12 };
  assert.deepEqual([80, 30, 10].map((width) => blockLabel(run, width)), ["Run 12", "12", ""]);
  assert.equal(blockLabel({ kind: "pretrain" }, 100), "Pretrain");
});

test("timeline: gestures stand by the run they came after", () => {
  const groups = gesturesByRun([{ seq: 1, after_run: null }, { seq: 2, after_run: "a" }, { seq: 3, after_run: "a" }]);
  assert.deepEqual([...groups].map(([run, list]) => [run, list.length]), [[null, 1], ["a", 2]]);
  assert.equal(gestureWords({ verb: "annotate", count: 5, class_index: 0, author: "Ann" }, CLASSES), "5 named apple, by Ann");
});

test("names: the data set's own word for a new class, when most of the selection agree", () => {
  const of = { ids: Uint32Array.of(0, 1, 2), label: Int16Array.of(1, 1, 0), classNames: ["cat", "dog"], classes: CLASSES };
  assert.equal(suggestName(of), "dog");
  assert.equal(suggestName({ ...of, label: Int16Array.of(-1, -1, -1) }), "class 2");
  assert.equal(suggestName({ ...of, classNames: ["cat", "apple"] }), "class 2");
  assert.equal(suggestName({ ...of, classNames: ["cat", "Apple"] }), "class 2", "as the dialog tells names apart");
  const third = { class_index: 2, name: "Class 3", merged_into: null };
  assert.equal(suggestName({ ...of, label: Int16Array.of(-1, -1, -1), classes: [...CLASSES, third] }), "class 4");
});

test("view: labels take the colour of the class of the same name, others a free one", () => {
  assert.deepEqual(labelSlots(["apple", "plum"], CLASSES), [1, 0]);
});

test("selection bar: under the outline, inside the window, above the toasts", () => {
  const bar = { width: 300, height: 34 };
  assert.deepEqual(placeBar([{ x: 300, y: 100 }, { x: 400, y: 200 }], bar, ROOM), { left: 200, top: 210 });
  assert.deepEqual(placeBar([{ x: 0, y: 600 }, { x: 10, y: 610 }], bar, ROOM), { left: 10, top: 616 - 84 - 34 });
});

test("sparkline: low at the bottom, room left for epochs to come", () => {
  const [[x0, y0], [x1, y1]] = linePoints([0, 10], 4);
  assert.ok(x1 - x0 === 40 && y1 < y0);
});

test("sparkline: what hardly changes is no drama, and what never does runs at half height", () => {
  const heights = (values, least) => linePoints(values, values.length, least).map(([, y]) => Number(y.toFixed(6)));
  assert.deepEqual(heights([0.794, 0.794], 0.1), [16, 16]);
  assert.deepEqual(heights([2, 2]), [16, 16]);
  const [high, low] = heights([0.8, 0.79], 0.1);
  assert.deepEqual(heights([0.8, 0.79], 0.1), [14.8, 17.2]);
  assert.deepEqual(heights([0.2, 0.8], 0.1), heights([0, 1]));
});

test("menu: arrows go round, Home and End lead to its ends", () => {
  assert.deepEqual(["ArrowDown", "ArrowUp", "Home", "End", "x"].map((key) => entryAfter(key, 2, 3)), [0, 1, 0, 2, null]);
});

test("words: undo says what it would take back", () => {
  assert.equal(undoWords("Undo", { text: "named 5 samples apple" }), "Undo: named 5 samples apple");
  assert.equal(undoWords("Redo", null), "Nothing to redo");
  const runs = [{ run_id: "r", number: 3 }];
  assert.equal(undoWords("Undo", { verb: "update", text: "taught the map", run_id: "r" }, runs), "Undo run 3");
  assert.equal(undoWords("Undo", { verb: "annotate", text: "named 5 samples apple", run_id: "r" }, runs), "Undo: named 5 samples apple, and run 3");
});
