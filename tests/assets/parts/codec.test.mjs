import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeFrame, decodePins, decodeSamples, packIds, toBase64, unpackIds } from "../../../assets/parts/codec.mjs";

// Written by ml/maps/codec.py; tests/assets/test_codec_bytes.py holds both sides to the same bytes.
const SNAPSHOT = "4c4d463101000200040000000000000000004040000080bf00000000000000000000803f0000804000000000361fad370000000000000000000000000000000000800000ffff00800000ffffffbf00400000ffff020001000080ff40ff0080bf";
const FRAME = "4c4d4631000003000200000000000000000020400000803f0000004000004040000080400000a0400000c0405c3b9b8000000000000000000000000000000000000000000000ffffffffffff";
const PINS = "4c4d503102000000020000000000000003000000070000000000803f000000c00000003f002474490400000009000000";
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const close = (actual, expected) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-4, `${value} is not ${expected[i]}`));

test("decodeFrame: a snapshot of Python's, with what it predicts", () => {
  const frame = decodeFrame(bytes(SNAPSHOT).buffer);
  assert.equal(frame.epoch, 3);
  assert.ok(frame.isSnapshot);
  close(frame.embedding, [0, 0, 1, 2, -1, 4, 0.5, 1]);
  assert.deepEqual([...frame.prediction], [0, -1, 2, 1]);
  assert.deepEqual([...frame.confidence], [0, 128, 255, 64]);
  assert.deepEqual([...frame.uncertainty], [255, 0, 128, 191]);
});

test("decodeFrame: a frame for the eye has three axes and predicts nothing", () => {
  const frame = decodeFrame(bytes(FRAME).buffer);
  assert.equal(frame.latentDim, 3);
  assert.equal(frame.epoch, 2.5);
  assert.equal(frame.prediction, null);
  close(frame.embedding, [1, 2, 3, 4, 5, 6]);
});

test("decodeFrame: refuses foreign and truncated bytes", () => {
  assert.throws(() => decodeFrame(new Uint8Array(64).buffer), /not a frame/);
  assert.throws(() => decodeFrame(bytes(FRAME).slice(0, 70).buffer), /truncated/);
});

test("decodePins: who, where, and the event that placed each", () => {
  const { ids, places, seqs } = decodePins(bytes(PINS).buffer);
  assert.deepEqual(ids, Uint32Array.of(3, 7));
  assert.deepEqual(places, Float32Array.of(1, -2, 0.5, 1e6));
  assert.deepEqual(seqs, Uint32Array.of(4, 9));
  const none = decodePins(bytes(PINS.slice(0, 16) + "00".repeat(8)).buffer);
  assert.deepEqual([none.ids.length, none.places.length, none.seqs.length], [0, 0, 0]);
});

test("decodePins: refuses foreign and truncated bytes", () => {
  assert.throws(() => decodePins(bytes(FRAME).buffer), /not pins/);
  assert.throws(() => decodePins(new ArrayBuffer(3)), /not pins/);
  assert.throws(() => decodePins(bytes(PINS).slice(0, 44).buffer), /truncated/);
});

test("packIds: the bytes Python packs, in both forms", () => {
  assert.deepEqual(packIds(Uint32Array.of(3, 7), 200), bytes("000300000007000000"));
  assert.deepEqual(packIds(Uint32Array.of(0, 1, 2, 8, 15), 16), bytes("010781"));
});

test("packIds: nothing and everything survive the way there and back", () => {
  for (const n of [1, 7, 8, 9, 1000]) {
    const everything = Uint32Array.from({ length: n }, (_, id) => id);
    assert.deepEqual(unpackIds(packIds(everything, n), n), everything);
    assert.deepEqual(unpackIds(packIds(new Uint32Array(0), n), n), new Uint32Array(0));
  }
});

test("toBase64: more bytes than a call may have arguments", () => {
  const many = new Uint8Array(300000).fill(65);
  assert.equal(atob(toBase64(many)).length, 300000);
});

test("decodeSamples: labels, then who is held out", () => {
  const { label, heldOut } = decodeSamples(Uint8Array.of(1, 0, 255, 255, 1, 0).buffer, 2);
  assert.deepEqual([...label], [1, -1]);
  assert.deepEqual([...heldOut], [1, 0]);
  assert.throws(() => decodeSamples(new ArrayBuffer(5), 2), /truncated/);
});
