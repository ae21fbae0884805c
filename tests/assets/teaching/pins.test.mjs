import assert from "node:assert/strict";
import { test } from "node:test";

import { distancesToPins, withPendingPins, withWaitingMoves } from "../../../assets/teaching/pins.mjs";
import { NO_PINS } from "../../../assets/parts/codec.mjs";

const PINS = { ids: Uint32Array.of(1, 4), places: Float32Array.of(1, 1, 4, 4), seqs: Uint32Array.of(3, 5) };
const move = (ids, targets, seq = null, verb = "move") => ({ verb, ids: Uint32Array.from(ids), targets: Float32Array.from(targets), seq });

test("without pending gestures the pins are the server's", () => {
  assert.equal(withPendingPins(PINS, [{ verb: "annotate", ids: [1], seq: null }], 5, 2), PINS);
});

test("a move on its way pins its samples, ascending, the newest of all", () => {
  const pins = withPendingPins(PINS, [move([4, 2], [9, 9, 2, 2])], 5, 2);
  assert.deepEqual([...pins.ids], [1, 2, 4]);
  assert.deepEqual([...pins.places], [1, 1, 2, 2, 9, 9]);
  assert.deepEqual([...pins.seqs], [3, Infinity, Infinity]);
});

test("one the server has folded in is not laid over again", () => {
  assert.equal(withPendingPins(PINS, [move([2], [2, 2], 5)], 5, 2), PINS);
  assert.deepEqual([...withPendingPins(PINS, [move([2], [2, 2], 6)], 5, 2).seqs], [3, 6, 5]);
});

test("release and reset take pins away", () => {
  assert.deepEqual([...withPendingPins(PINS, [move([1], [], null, "release")], 5, 2).ids], [4]);
  assert.equal(withPendingPins(PINS, [{ verb: "reset", ids: [], seq: null }], 5, 2).ids.length, 0);
});

test("only moves the run has not learned are shown at their target", () => {
  const embedding = new Float32Array(10);
  const shown = withWaitingMoves(embedding, PINS, 3, 2);
  assert.deepEqual([...shown], [0, 0, 0, 0, 0, 0, 0, 0, 4, 4]);
  assert.equal(withWaitingMoves(embedding, PINS, 5, 2), embedding);
  assert.equal(withWaitingMoves(embedding, NO_PINS, 0, 2), embedding);
});

test("distances are told in map radii", () => {
  const embedding = Float32Array.of(1, 0, -1, 0, 0, 1, 0, -1, 4, 8);
  assert.deepEqual([...distancesToPins({ ...PINS, ids: Uint32Array.of(4), places: Float32Array.of(4, 4) }, embedding, 2, 2)], [2]);
});
