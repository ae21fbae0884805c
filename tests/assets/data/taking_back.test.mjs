import assert from "node:assert/strict";
import test from "node:test";

import { takeBack } from "../../../assets/data/taking_back.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";

/** A journal of one person: undo takes back the newest, or what it is said to be about. */
function journal(seqs) {
  const standing = [...seqs];
  return {
    standing,
    post: async (_, { expected = standing.at(-1) }) => {
      if (expected !== standing.at(-1)) throw new ApiError({ message: "You did something else since; nothing was taken back.", status: 409 });
      standing.pop();
    },
  };
}

test("takeBack: what a file said, by the gesture undo knows it by", async () => {
  const api = journal([3, 8]);
  assert.match(await takeBack(api, "p", 8), /^Took back/);
  assert.deepEqual(api.standing, [3]);
});

test("takeBack: what came after the file, in whatever tab, is not taken back in its place", async () => {
  const api = journal([8, 12]);
  assert.match(await takeBack(api, "p", 8), /something else since/);
  assert.deepEqual(api.standing, [8, 12]);
});

test("takeBack: what else goes wrong is told as such", async () => {
  const post = async () => { throw new ApiError({ message: "Connection lost.", code: "lost" }); };
  await assert.rejects(takeBack({ post }, "p", 8), /lost/);
});
