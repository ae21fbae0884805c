import assert from "node:assert/strict";
import { test } from "node:test";
import { beatAt, livingMap, readRecording, shareAt } from "../../../assets/takeaway/recording.mjs";

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** A frame of two samples on two axes, as ml/maps/codec.py writes it. */
function frame(epoch, prediction) {
  const view = new DataView(new ArrayBuffer(64 + 8 + 8));
  [0x31464d4c].forEach((magic) => view.setUint32(0, magic, true));
  view.setUint16(4, 1, true);
  view.setUint16(6, 2, true);
  view.setUint32(8, 2, true);
  view.setFloat32(16, epoch, true);
  for (let axis = 0; axis < 2; axis += 1) view.setFloat32(32 + 4 * axis, 1, true);
  prediction.forEach((value, i) => view.setInt16(72 + 2 * i, value, true));
  return base64(new Uint8Array(view.buffer));
}

const MERGED = [{ class_index: 0, merged_into: 1 }, { class_index: 1, merged_into: null }];

function recording(classes = MERGED, predicted = [0, 1]) {
  const about = {
    num_samples: 2, latent_dim: 2, classes,
    shots: [{ run: 0, epoch: 0, is_snapshot: true }, { run: 0, epoch: 1, is_snapshot: true }],
    beats: [[0, 0, -1], [1, 1, -1], [2, 1, 0], [3, 1, 1]], captions: [{ text: "a" }, { text: "b" }], changes: [0, 2, 1],
  };
  const changes = new Uint8Array(18);
  const view = new DataView(changes.buffer);
  [0, 1, 0].forEach((id, i) => view.setUint32(4 * i, id, true));
  [1, 1, -1].forEach((value, i) => view.setInt16(12 + 2 * i, value, true));
  const blocks = { about: base64(JSON.stringify(about)), samples: base64([0, 0, 255, 255, 0, 1]), changes: base64(changes), "frame-0": frame(0, [-1, -1]), "frame-1": frame(1, predicted) };
  return readRecording((name) => blocks[name] ?? null);
}

test("a recording knows its samples, and names as they were at any caption, forth and back", () => {
  const { label, heldOut, namedAfter } = recording();
  assert.deepEqual([...label], [0, -1]);
  assert.deepEqual([...heldOut], [0, 1]);
  assert.deepEqual([...namedAfter(1)], [-1, 1]);
  assert.deepEqual([...namedAfter(0)], [1, 1]);
  assert.deepEqual([...namedAfter(-1)], [-1, -1]);
  assert.deepEqual([...namedAfter(1)], [-1, 1]);
});

test("predictions are those of the newest snapshot, in classes that live today", () => {
  const { opinionAt } = recording();
  assert.deepEqual([...opinionAt(0).prediction], [-1, -1]);
  assert.deepEqual([...opinionAt(1).prediction], [1, 1]);
  assert.deepEqual([...livingMap([{ class_index: 2, merged_into: null }])], [-1, -1, 2]);
  assert.deepEqual([...livingMap([])], []);
});

test("what was predicted as a class whose making was taken back is of none", () => {
  const classes = [{ class_index: 0, merged_into: null }, { class_index: 3, merged_into: null }];
  assert.deepEqual([...recording(classes, [2, 3]).opinionAt(1).prediction], [-1, 3]);
  assert.deepEqual([...recording(classes, [0, 4]).opinionAt(1).prediction], [0, -1], "the last of the list");
});

test("a moment belongs to the beat before it, and moves on to the next frame", () => {
  const { beats } = recording();
  assert.deepEqual([-1, 0, 0.5, 1, 2.5, 99].map((at) => beatAt(beats, at)), [0, 0, 0, 1, 2, 3]);
  assert.equal(shareAt(beats, 0, 0.25), 0.25);
  assert.equal(shareAt(beats, 1, 1.5), 0);
  assert.equal(shareAt(beats, 3, 9), 0);
});
