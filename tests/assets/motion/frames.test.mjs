import assert from "node:assert/strict";
import { test } from "node:test";

import { createFrames } from "../../../assets/motion/frames.mjs";

const frame = (n) => ({ runId: "r", attempt: 1, n });

/** Frames of 100 bytes each in a memory for three, and which were fetched. */
function memory() {
  const fetched = [];
  const frames = createFrames({ fetchFrame: async (runId, attempt, n) => fetched.push(n) && new ArrayBuffer(100), decode: (bytes) => ({ bytes }), budget: 300 });
  return { frames, fetched };
}

test("what was used last is kept, the rest forgotten", async () => {
  const { frames, fetched } = memory();
  for (const n of [1, 2, 3, 1, 4, 1, 2]) await frames.load(frame(n));
  assert.deepEqual(fetched, [1, 2, 3, 4, 2]);
});

test("a frame in passing pushes out no other, and is kept where there is room", async () => {
  const { frames, fetched } = memory();
  for (const n of [1, 2]) await frames.load(frame(n));
  for (const n of [10, 11, 12, 10, 12]) assert.equal((await frames.load(frame(n), { isPassing: true })).bytes.byteLength, 100);
  for (const n of [1, 2]) await frames.load(frame(n));
  assert.deepEqual(fetched, [1, 2, 10, 11, 12, 12]);
  assert.equal(frames.peek(frame(12)), null);
});
