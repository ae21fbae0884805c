import assert from "node:assert/strict";
import test from "node:test";

import { amountOf, calledOf, checksOf, heldOutOf, namesOf, progressOf, sayOf, sendingOf, shapeOf, slotsOf, splitRowsOf, splitWordsOf, thinOf, toldOf, unfinishedOf } from "../../../assets/data/words.mjs";

test("sending says how much, how fast, how long, and that a lost connection comes back", () => {
  assert.deepEqual(sendingOf({ sent: 2e6, size: 8e6, rate: 3e6, left: 2, isLost: false }), { words: "Sending 2 MB of 8 MB, 3 MB/s, 2 s left", share: 0.25 });
  assert.equal(sendingOf({ sent: 0, size: 8e6, rate: null, left: null, isLost: false }).words, "Sending 0 bytes of 8 MB");
  assert.equal(sendingOf({ sent: 2e6, size: 8e6, rate: null, left: null, isLost: true }).words, "Connection lost at 25 %. It goes on by itself.");
});

test("reading says what, how many and how long; without a total there is no share", () => {
  assert.deepEqual(progressOf({ done: 3420, total: 4500, words: "Making pictures", left_s: 2.1 }), { words: "Making pictures, 3,420 of 4,500, 2 s left", share: 0.76 });
  assert.deepEqual(progressOf({ done: 12, total: null, words: "Reading", left_s: null }), { words: "Reading, 12", share: null });
  assert.equal(progressOf({ done: 307, total: 301, words: "Listening", left_s: null }).words, "Listening, 307");
  assert.deepEqual(progressOf(null, "Reading"), { words: "Reading", share: null });
});

test("a shape is told in words", () => {
  assert.equal(shapeOf("image", [1, 28, 28]), "28 × 28, grey");
  assert.equal(shapeOf("image", [3, 32, 48]), "48 × 32, colour");
  assert.equal(shapeOf("spectrogram", [1, 64, 64]), "64 × 64, sound");
  assert.equal(shapeOf("vector", [1024]), "1,024 numbers each");
});

test("what was read is called by its own name", () => {
  assert.equal(amountOf({ num_samples: 80 }, "image"), "80 pictures");
  assert.equal(amountOf({ num_samples: 1 }, "vector"), "1 row");
  assert.equal(amountOf({ num_samples: 307, num_recordings: 300 }, "spectrogram"), "300 recordings, 307 windows");
  assert.equal(amountOf({ num_samples: 300, num_recordings: 300 }, "spectrogram"), "300 recordings");
  assert.equal(amountOf({ num_samples: 30 }, "spectrogram"), "30 windows");
  assert.equal(checksOf({ num_samples: 307, num_recordings: 300, num_rejected: 2 }, "spectrogram")[0].words, "300 recordings came through.");
});

test("a folder is called by its own name, also after a reload", () => {
  assert.equal(calledOf({ imported: { name: "recordings.zip", label: "recordings" } }), "recordings");
  assert.equal(calledOf({ imported: { name: "a.zip" }, source: { name: "a.zip", label: "a" } }), "a");
  assert.equal(calledOf({ imported: { name: "a.csv" } }), "a.csv");
  assert.equal(calledOf({}), "");
});

test("checks praise what is well and warn in words, never by colour alone", () => {
  const clean = { num_samples: 4500, num_rejected: 0, num_duplicates: 0, num_empty: 0 };
  assert.deepEqual(checksOf(clean, "image").map((each) => each.title), ["4,500 readable", "No duplicates", "No empty pictures", "Kept as is"]);
  assert.equal(checksOf({ ...clean, num_samples: 1 }, "vector")[0].words, "A map needs 2 samples or more.");
  const mixed = checksOf({ num_samples: 10, num_rejected: 3, num_duplicates: 12, num_empty: 1 }, "spectrogram");
  assert.deepEqual(mixed.map((each) => each.title), ["10 readable", "12 the same", "1 silent", "3 left out"]);
  assert.deepEqual(mixed.map((each) => each.act), [undefined, "duplicates", "odd", "rejected"]);
  assert.deepEqual(mixed.map((each) => each.icon), ["check", "warn", "warn", "warn"]);
  const unnamed = checksOf({ ...clean, num_rejected: 1, num_warnings: 7 }, "image");
  assert.deepEqual(unnamed.slice(3).map((each) => [each.title, each.act]), [["1 left out", "rejected"], ["7 without a label", "warnings"]]);
});

test("classes with fewer than twenty held out are named", () => {
  const classes = [{ name: "clock", count: 500 }, { name: "cloud", count: 4 }, { name: "eye", count: 90 }];
  const heldOut = heldOutOf({ counts: [500, 4, 90], given: null, share: 0.2 });
  assert.deepEqual(heldOut, [100, 1, 18]);
  assert.equal(thinOf(classes, [100, 1, 30]).strong, "cloud has 4 samples, 1 held out.");
  assert.equal(thinOf(classes, heldOut).strong, "cloud, eye are small.");
  assert.equal(thinOf(classes, [1, 1, 1]).strong, "Every class is small.");
  assert.equal(thinOf(classes, [20, 20, 20]), null);
  assert.deepEqual(heldOutOf({ counts: [5], given: [3], share: 0.5 }), [3]);
});

test("of recordings that stay whole no number is told that is not known", () => {
  assert.equal(splitWordsOf({ total: 16, isAbout: false }, 80), "20 %, 16 samples");
  assert.equal(splitWordsOf({ total: 201, isAbout: true }, 1003), "about 20 %, whole recordings");
  const figures = (isAbout) => splitRowsOf([{ name: "0", count: 1003 }, { name: "1", count: 5 }], { perClass: [201, 1], isAbout }).map((row) => [row.name, row.slot, row.full, row.light, row.figures]);
  assert.deepEqual(figures(false), [["1", 0, 4, 1, ["4", "1"]], ["0", 1, 802, 201, ["802", "201"]]]);
  assert.deepEqual(figures(true), [["1", 0, 4, 1, ["5 in all"]], ["0", 1, 802, 201, ["1,003 in all"]]]);
});

test("an import of an earlier visit says where it stands", () => {
  const sent = unfinishedOf({ name: "round.zip", size: 1000, received: 409, state: "receiving" });
  assert.deepEqual([sent.words, sent.needsFile], ["round.zip was 40 % sent.", true]);
  assert.deepEqual(unfinishedOf({ name: "MNIST", state: "receiving", progress: { words: "Fetching MNIST" } }), { words: "MNIST is being fetched.", action: "Go on", needsFile: false });
  assert.equal(unfinishedOf({ name: "a", state: "ready" }).action, "Go on");
  const elsewhere = unfinishedOf({ name: "a", state: "ready", is_here: false });
  assert.match(elsewhere.words, /another app of this team/);
  assert.equal(elsewhere.action, null);
  const failed = { name: "a", state: "failed", error: { message: "a is empty." } };
  assert.deepEqual(unfinishedOf(failed), { words: "a is empty.", action: null, needsFile: false });
  assert.equal(unfinishedOf({ ...failed, outline: {} }).action, "Read it otherwise", "what was recognised can be mended");
});

test("a file of names says what it would change", () => {
  const none = { num_added: 0, num_same: 0, num_conflicts: 0, num_unknown: 0, unknown: [] };
  assert.deepEqual(namesOf({ ...none, num_added: 6, num_same: 1, num_conflicts: 2 }), ["6 samples without a name would get one.", "1 is named so already.", "2 have another name here."]);
  assert.deepEqual(namesOf({ ...none, num_unknown: 5, unknown: ["a", "b", "c", "d", "e"], bad_names: ["A name is empty."] }), [
    "No sample without a name would get one.", "5 rows are about samples this project does not have: a, b, c and 2 more.", "A name is empty.",
  ]);
});

test("an error's first sentence is its title, and it says that nothing else changed", () => {
  assert.deepEqual(toldOf("ant.npy is not an array. It is a web page. Download it again."), { title: "ant.npy is not an array", text: "It is a web page. Download it again. Nothing else was changed." });
  assert.deepEqual(toldOf("ant.npy is a web page; download it again."), { title: "ant.npy is a web page", text: "Download it again. Nothing else was changed." });
  assert.deepEqual(toldOf("The disk is full."), { title: "The disk is full", text: "Nothing else was changed." });
});

test("classes get the colours they will have in the project, where 0 comes after 9", () => {
  assert.deepEqual(slotsOf(["0", "1", "2"].map((name) => ({ name }))), [2, 0, 1]);
});

test("a screen reader hears each stage", () => {
  const imported = { name: "a.zip", outline: { kind: "vector" }, summary: { num_samples: 1 } };
  assert.deepEqual(["sending", "reading", "ready", "choosing"].map((phase) => sayOf({ phase, imported })), ["Sending a.zip.", "Reading a.zip.", "a.zip is read: 1 row.", ""]);
  assert.equal(sayOf({ phase: "walking", imported: null, source: { label: "birds" } }), "Looking through birds.");
  assert.equal(sayOf({ phase: "reading", imported: null, source: null }), "Reading the sample set.");
  assert.equal(sayOf({ phase: "failed", imported }), "", "the card of the file says why");
});
