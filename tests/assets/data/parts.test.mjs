import assert from "node:assert/strict";
import test from "node:test";

import { listed } from "../../../assets/data/checks.mjs";
import { balanceOf, labelledOf } from "../../../assets/data/dataset.mjs";
import { lineOf, stepOf } from "../../../assets/data/filecard.mjs";
import { parseCsv } from "../../../assets/data/imports.mjs";
import { bodyOf, splitOf, tooManyOf } from "../../../assets/data/settings.mjs";

test("the step is where one is", () => {
  const steps = [["choosing"], ["walking"], ["sending"], ["reading"], ["ready"], ["keeping"]].map(([phase]) => stepOf(phase));
  assert.deepEqual(steps, ["choose", "choose", "choose", "check", "check", "create"]);
});

test("there is a line while one waits, and none otherwise", () => {
  assert.equal(lineOf({ phase: "ready" }), null);
  assert.deepEqual(lineOf({ phase: "walking", walked: 0 }), { words: "Looking through the folder", share: null });
  assert.deepEqual(lineOf({ phase: "walking", walked: 1200 }), { words: "Looking through the folder, 1,200 files so far", share: null });
  assert.deepEqual(lineOf({ phase: "reading", imported: null }), { words: "Looking at the file", share: null });
  assert.match(lineOf({ phase: "reading", imported: null, isLost: true }).words, /^Connection lost/);
  assert.deepEqual(lineOf({ phase: "sending", sending: null }), { words: "Sending", share: 0 });
});

test("a list of what was left out is read as any CSV", () => {
  const rows = parseCsv('sample_id,code,message\r\n"a,b.png",torn,"He said ""no"""\r\nc.png,duplicate,Same.\r\n');
  assert.deepEqual(rows, [["sample_id", "code", "message"], ["a,b.png", "torn", 'He said "no"'], ["c.png", "duplicate", "Same."]]);
  const found = rows.slice(1).map(([sampleId, code]) => ({ sampleId, code }));
  assert.deepEqual(listed(found, "duplicates").map((each) => each.sampleId), ["c.png"]);
  assert.deepEqual(listed(found, "rejected").map((each) => each.sampleId), ["a,b.png"]);
  assert.deepEqual(parseCsv(""), [[]]);
});

test("the split is the files' own, or a share of every class", () => {
  const imported = { summary: { num_samples: 5, num_held_out: 2, classes: [{ name: "a", count: 3 }, { name: "b", count: 1 }] } };
  const samples = { label: [0, 0, 0, 1, -1], flags: [1, 0, 2, 1, 0] };
  assert.deepEqual(splitOf({ imported, samples, isGiven: true, share: 0.5 }), { perClass: [1, 1], total: 2, isAbout: false });
  assert.deepEqual(splitOf({ imported, samples, isGiven: false, share: 0.4 }), { perClass: [1, 0], total: 1, isAbout: false });
});

test("a share of recordings that were cut is about as large as it says, until the server has drawn them", () => {
  const about = (recordings, isGiven, share) => splitOf({ imported: { summary: { num_samples: 5, num_recordings: recordings, num_held_out: 1, classes: [] } }, isGiven, share }).isAbout;
  assert.deepEqual([about(2, false, 0.2), about(1, false, 0.2), about(5, false, 0.2), about(null, false, 0.2), about(2, true, 0.2), about(2, false, 0)], [true, true, false, false, false, false]);
});

test("what is asked for when a data set is kept", () => {
  const body = bodyOf({ name: " A ", isGiven: false, share: 0.2, withClasses: true, axes: "3", preset: "lodemap" });
  assert.deepEqual(body, { name: "A", held_out: 0.2, with_classes: true, latent_dim: 3, preset: "lodemap" });
  assert.equal(bodyOf({ name: "A", isGiven: true, share: 0.2, withClasses: false, axes: "2", preset: "lodemap" }).held_out, "given");
});

test("a class is as long as its label says, or as it is named", () => {
  const classes = [{ name: "a", color: 3, num_named: 2 }, { name: "mine", color: 0, num_named: 4 }];
  const rows = balanceOf(classes, labelledOf(Int16Array.from([0, 0, 0, 1, -1]), ["a", "b"]));
  assert.deepEqual(rows.map(({ name, slot, full, light, figures }) => [name, slot, full, light, ...figures]), [
    ["a", 3, 2, 1, "2", "1"], ["mine", 0, 4, 0, "4", ""], ["b", 2, 0, 1, "0", "1"],
  ]);
});

test("labels beyond what a palette shows stay labels", () => {
  assert.equal(tooManyOf(200, 200), "");
  assert.match(tooManyOf(10_000, 200), /^10,000 labels are more than the 200 classes/);
});
