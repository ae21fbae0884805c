import assert from "node:assert/strict";
import test from "node:test";

import { takeBack } from "../../../assets/data/taking_back.mjs";

/** A journal of one person: undo takes back the newest. */
function journal(seqs) {
  const standing = [...seqs];
  return {
    standing,
    state: async () => ({ undo: standing.length ? { seq: standing.at(-1) } : null }),
    post: async () => { standing.pop(); },
  };
}

test("takeBack: what a file said, by the gesture undo knows it by", async () => {
  const api = journal([3, 8]);
  assert.match(await takeBack(api, "p", 8), /^Took back/);
  assert.deepEqual(api.standing, [3]);
});

test("takeBack: what came after the file is not taken back in its place", async () => {
  const api = journal([8, 12]);
  assert.match(await takeBack(api, "p", 8), /Something newer/);
  assert.deepEqual(api.standing, [8, 12]);
});
