import assert from "node:assert/strict";
import test from "node:test";

import { layTree, pathOf, seenSteps } from "../../../assets/review/tree.mjs";

const step = (id, parent) => ({ step_id: id, parent_id: parent });
const lanes = (steps, here) => Object.fromEntries(layTree(steps, here).rows.map(({ step: { step_id: id }, lane }) => [id, lane]));

test("a line without branches is one lane, newest on top", () => {
  const { rows, lanes: count } = layTree([step(0, null), step(2, 0), step(5, 2)], 5);
  assert.deepEqual(rows.map((row) => [row.step.step_id, row.row, row.parentRow]), [[5, 0, 1], [2, 1, 2], [0, 2, null]]);
  assert.equal(count, 1);
});

test("the way to where the project is stays on the left, what was left lies beside it", () => {
  const steps = [step(0, null), step(2, 0), step(3, 2), step(4, 3), step(6, 2), step(7, 6)];
  assert.deepEqual(lanes(steps, 7), { 0: 0, 2: 0, 3: 1, 4: 1, 6: 0, 7: 0 });
  assert.deepEqual(lanes(steps, 4), { 0: 0, 2: 0, 3: 0, 4: 0, 6: 1, 7: 1 });
});

test("where the project went back, all that came later is a branch", () => {
  assert.deepEqual(lanes([step(0, null), step(2, 0), step(3, 2)], 2), { 0: 0, 2: 0, 3: 1 });
});

test("branches that overlap take lanes of their own, at most four", () => {
  const steps = [step(0, null), ...Array.from({ length: 8 }, (_, nth) => step(nth + 1, 0))];
  const found = layTree(steps, 0);
  assert.equal(found.lanes, 4);
  assert.equal(new Set(found.rows.slice(-4).map(({ lane }) => lane)).size, 4);
});

test("the line to the parent is straight in a lane and bends between two", () => {
  const size = { height: 70, pitch: 16, left: 10 };
  assert.equal(pathOf({ row: 0, lane: 0, parentRow: null, parentLane: 0 }, size), "");
  assert.equal(pathOf({ row: 0, lane: 0, parentRow: 2, parentLane: 0 }, size), "M10 35V175");
  assert.match(pathOf({ row: 0, lane: 1, parentRow: 2, parentLane: 0 }, size), /^M26 35V105C.* 10 175$/);
});

test("no steps at all make no rows", () => {
  assert.deepEqual(layTree([], 0), { rows: [], lanes: 1 });
});

test("an Update that never began has a row only where it is looked at, or something follows it", () => {
  const run = { kind: "fine_tune", state: "stopped", last_epoch: -1 };
  const steps = [step(0, null), { ...step(2, 0), kind: "run", run }, step(3, 0)];
  const seen = (of, ...at) => seenSteps(of, at).map((each) => each.step_id);
  assert.deepEqual(seen(steps, 3, 3), [0, 3]);
  assert.deepEqual(seen(steps, 3, 2), [0, 2, 3]);
  assert.deepEqual(seen([...steps, step(4, 2)], 3, 3), [0, 2, 3, 4]);
  assert.deepEqual(seen([...steps, { ...step(4, 2), kind: "run", run }], 3, 3), [0, 3], "followed by another such alone");
  assert.deepEqual(seen([steps[0], { ...steps[1], run: { ...run, last_epoch: 3 } }], 0, 0), [0, 2]);
});
