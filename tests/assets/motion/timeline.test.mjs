import assert from "node:assert/strict";
import { test } from "node:test";

import { layRuns } from "../../../assets/motion/line.mjs";
import { gesturesByPlace, nextPlace } from "../../../assets/motion/timeline.mjs";

test("Shift and an arrow go to the next gestures that way, and stay at the last", () => {
  const places = [6, 0, 12];
  assert.equal(nextPlace(places, 0, 1), 6);
  assert.equal(nextPlace(places, 6, 1), 12);
  assert.equal(nextPlace(places, 12, 1), null);
  assert.equal(nextPlace(places, 8.5, -1), 6);
  assert.equal(nextPlace([], 3, 1), null);
});

test("gestures after an Update that left nothing stand with those before it, not at the beginning", () => {
  const run = (number, lastEpoch) => ({ run_id: `r${number}`, number, state: lastEpoch < 0 ? "failed" : "finished", num_epochs: 5, last_epoch: lastEpoch, on_line: true, line_place: number });
  const runs = [run(0, 5), run(1, 3), run(2, -1)];
  const gestures = [null, "r0", "r1", "r2", "r2"].map((after, seq) => ({ seq, after_run: after }));
  const places = gesturesByPlace(gestures, layRuns(runs), runs);
  assert.deepEqual([...places].map(([place, list]) => [place, list.map(({ seq }) => seq)]), [[0, [0]], [5, [1]], [8, [2, 3, 4]]]);
});
