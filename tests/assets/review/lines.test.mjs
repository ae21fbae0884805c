import assert from "node:assert/strict";
import test from "node:test";

import { needsHistory, withHead, withLines } from "../../../assets/review/lines.mjs";

const told = (lines, ...places) => ({ here: 0, lines, steps: places.map((line, id) => ({ step_id: id, line })) });

test("each step gets the runs of its line from links told once", () => {
  const { steps, lines } = withLines(told([[-1, "a"], [0, "b"], [0, "c"]], -1, 0, 1, 2, 1));
  assert.deepEqual(steps.map(({ line }) => line), [[], ["a"], ["a", "b"], ["a", "c"], ["a", "b"]]);
  assert.equal(steps[2].line, steps[4].line);
  assert.equal(lines, undefined);
});

test("a thousand runs are no deep recursion", () => {
  const links = Array.from({ length: 1000 }, (_, n) => [n - 1, String(n)]);
  assert.equal(withLines(told(links, 999)).steps[0].line.length, 1000);
});

test("another epoch of a run asks for no history, what was said or how a run ended does", () => {
  const state = (seq, run) => ({ seq, runs: [{ run_id: "a", number: 1, state: "running", last_epoch: 1, ...run }] });
  assert.equal(needsHistory(state(4), state(4, { last_epoch: 2 })), false);
  assert.equal(needsHistory(state(4), state(5)), true);
  assert.equal(needsHistory(state(4), state(4, { state: "finished" })), true);
  assert.equal(needsHistory(state(4), { seq: 4, runs: [] }), true);
});

test("the steps on the project's map show its newest snapshot", () => {
  const head = { run_id: "b", epoch: 2, n: 9, attempt: 1 };
  const old = { run_id: "a", epoch: 5, n: 20, attempt: 1 };
  const history = { steps: [{ line: ["a"], head: old }, { line: ["a", "b"], head: old }, { line: ["a", "b", "c"], head: { ...head, n: 3 } }] };
  assert.deepEqual(withHead(history, head).steps.map((step) => step.head), [old, head, head]);
  assert.equal(withHead(history, null), history);
  const now = withHead(history, head);
  assert.equal(withHead(now, head), now);
});
