// Looking again and again: once at a time, soon after a loss, seldom while somebody rings.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { createPolling } from "../../../assets/shell/polling.mjs";

const soon = () => new Promise((done) => { setImmediate(done); });

/** A page whose looks and clock the test holds. */
function stage() {
  const told = { looks: [], errors: [], due: [], isHidden: false };
  const timers = { setTimeout: (run, ms) => { told.due = [{ run, ms }]; return 1; }, clearTimeout: () => { told.due = []; } };
  const polling = createPolling({
    look: () => new Promise((answer, fail) => { told.looks.push({ answer, fail }); }), everyMs: (isRung) => (isRung ? 5000 : 1000),
    onError: (error) => told.errors.push(error.message), isHidden: () => told.isHidden, timers,
  });
  /** The newest look ends with news or without, or with an error. */
  async function end(how) {
    if (how instanceof Error) told.looks.at(-1).fail(how);
    else told.looks.at(-1).answer(how);
    await soon();
  }
  return { polling, told, end, pass: async () => { told.due[0].run(); await soon(); } };
}

test("never twice at once; what was asked for meanwhile is looked at anew", async () => {
  const { polling, told, end } = stage();
  polling.again();
  let isDone = false;
  polling.again().then(() => { isDone = true; });
  assert.equal(told.looks.length, 1);
  await end(false);
  assert.deepEqual([told.looks.length, isDone], [2, false], "the first may have been answered before it was asked for");
  await end(false);
  assert.deepEqual([isDone, told.due[0].ms], [true, 1000]);
});

test("a lost connection is left to the bar, a refusal is told once until a look goes well", async () => {
  const { polling, told, end, pass } = stage();
  polling.again();
  for (const how of [new ApiError({ message: "Connection lost." }), new ApiError({ message: "No.", status: 500 }), new ApiError({ message: "No.", status: 500 }), false, new ApiError({ message: "No.", status: 500 })]) {
    await end(how);
    await pass();
  }
  assert.deepEqual(told.errors, ["No.", "No."]);
});

test("a bell that was heard is trusted until there is news that nobody rang for", async () => {
  const { polling, told, end, pass } = stage();
  polling.again();
  await end(true);
  assert.equal(told.due[0].ms, 1000);
  polling.ring();
  await end(true);
  assert.equal(told.due[0].ms, 5000);
  await pass();
  await end(true);
  assert.equal(told.due[0].ms, 1000, "nobody rang");
  polling.ring();
  polling.cut();
  await end(true);
  assert.equal(told.due[0].ms, 1000);
});

test("a page nobody sees asks nothing, and looks once it is seen again", async () => {
  const { polling, told, end, pass } = stage();
  polling.again();
  await end(false);
  told.isHidden = true;
  polling.ring();
  await pass();
  assert.equal(told.looks.length, 1);
  told.isHidden = false;
  await pass();
  assert.equal(told.looks.length, 2);
  polling.stop();
  await end(false);
  assert.deepEqual(told.due, []);
});
