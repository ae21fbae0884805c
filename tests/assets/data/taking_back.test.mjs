import assert from "node:assert/strict";
import test from "node:test";

import { takeBack, takenWords } from "../../../assets/data/taking_back.mjs";

/** A journal of one person: undo takes back the newest. */
function journal(seqs) {
  const standing = [...seqs];
  return {
    standing,
    state: async () => ({ undo: standing.length ? { seq: standing.at(-1) } : null }),
    post: async () => { standing.pop(); },
  };
}

test("takeBack: all of a file's gestures, and nothing from before it", async () => {
  const api = journal([3, 8, 9, 10]);
  assert.equal(await takeBack(api, "p", [8, 9, 10]), 3);
  assert.deepEqual(api.standing, [3]);
});

test("takeBack: what came after the file is not taken back in its place", async () => {
  const api = journal([8, 9, 12]);
  assert.equal(await takeBack(api, "p", [8, 9]), 0);
  assert.deepEqual(api.standing, [8, 9, 12]);
});

test("takenWords: says how far it went", () => {
  assert.equal(takenWords(2, 2), "Took back the names of the file.");
  assert.match(takenWords(0, 2), /Something newer/);
  assert.match(takenWords(1, 2), /1 of 2/);
});
