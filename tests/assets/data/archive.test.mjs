import assert from "node:assert/strict";
import test from "node:test";

import { dayOf, factsOf, noteOf } from "../../../assets/data/archive.mjs";
import { goneWords } from "../../../assets/data/dataset.mjs";

const ARCHIVE = { kind: "spectrogram", num_labels: 10, num_samples: 307, num_classes: 4, num_named: 52, num_gestures: 12, num_runs: 3, num_networks: 3, num_comments: 6, num_bookmarks: 2, has_data: true, version: "1.2.0", created_at: "2026-11-26T10:15:00+00:00" };

test("factsOf: name, samples, classes, runs, gestures, comments, bookmarks, size and by which version", () => {
  const imported = { size: 4_100_000, outline: { archive: ARCHIVE, chosen: { name: "Round <b>" } } };
  assert.deepEqual(factsOf(imported, "UTC"), [
    ["Project", "Round <b>"], ["Samples", "307 (windows)"], ["Classes", "4"], ["Named", "52"], ["Gestures", "12"], ["Runs", "3"],
    ["Networks", "3"], ["Comments", "6"], ["Bookmarks", "2"], ["Size", "4.1 MB"], ["Saved", "26 Nov 2026, 10:15, by Lodemap 1.2.0"],
  ]);
});

test("factsOf: an older archive tells less, and nothing is made up", () => {
  const older = { ...ARCHIVE, num_classes: null, num_named: null, num_networks: null, num_comments: null, num_bookmarks: null, created_at: "soon" };
  const facts = new Map(factsOf({ size: 1, outline: { archive: older, chosen: { name: "a" } } }, "UTC"));
  assert.deepEqual([facts.get("Classes"), facts.has("Named"), facts.has("Networks"), facts.has("Comments"), facts.has("Bookmarks"), facts.get("Saved")], ["10", false, false, false, false, "by Lodemap 1.2.0"]);
  assert.equal(dayOf("", "UTC"), "");
});

test("noteOf: says whether the data set travels along", () => {
  assert.match(noteOf({ has_data: false }), /not in it/);
  assert.match(noteOf({ has_data: true }), /is in it/);
});

test("what is gone is said of an archive, before it is saved and before it is opened", () => {
  assert.match(noteOf({ has_data: true, num_gone: 2 }), /is in it.* 2 files were gone or damaged when it was saved/);
  assert.doesNotMatch(noteOf({ has_data: true, num_gone: 0 }), /gone/);
  assert.equal(goneWords(1), "1 of its files is gone and cannot be in it.");
  assert.equal(goneWords(1200), "1,200 of its files are gone and cannot be in it.");
  assert.equal(goneWords(0), "");
});
