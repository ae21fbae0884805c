import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { followTakeaway } from "../../../assets/review/takeaway.mjs";

const film = (state, done = 0) => ({ takeaway_id: "t", state, done });
const now = async () => {};

/** A server that answers in turn: what it says of a film, or an error. */
function server(...answers) {
  const asked = [];
  return { asked, look: async (id) => { asked.push(id); const next = answers.shift(); if (next instanceof Error) throw next; return next; } };
}

test("a film whose progress could not be asked for once is still waited for, and saved", async () => {
  const { look, asked } = server(film("making", 0.3), new ApiError({ message: "Connection lost." }), film("making", 0.8), film("ready", 1));
  const seen = [];
  const ended = await followTakeaway(film("waiting"), { look, isWanted: () => true, onProgress: ({ done }) => seen.push(done), wait: now });
  assert.equal(ended.state, "ready");
  assert.deepEqual([asked.length, seen], [4, [0.3, 0.3, 0.8, 1]]);
});

test("one that was cancelled while its progress was on the way does not come back", async () => {
  let making = film("making");
  const look = async () => { making = null; return film("ready", 1); };
  const ended = await followTakeaway(making, { look, isWanted: (id) => making?.takeaway_id === id, onProgress: assert.fail, wait: now });
  assert.equal(ended, null);
});

test("a refusal ends the watch", async () => {
  const { look } = server(new ApiError({ message: "There is no such takeaway.", status: 404 }));
  await assert.rejects(followTakeaway(film("making"), { look, isWanted: () => true, onProgress: () => {}, wait: now }), /no such takeaway/);
});
