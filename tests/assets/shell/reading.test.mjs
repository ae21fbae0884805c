// One question at a time of a kind: what a page shows is what was asked for last.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { createReading } from "../../../assets/shell/reading.mjs";

const lost = () => new ApiError({ message: "Connection lost." });
const refused = () => new ApiError({ message: "No.", status: 422 });
const soon = () => new Promise((done) => { setImmediate(done); });

/** A reading whose answers and pauses the test holds. */
function stage() {
  const told = { asked: [], used: [], errors: [], pauses: [] };
  const wait = (ms, signal) => new Promise((done, fail) => { told.pauses.push({ ms, done }); signal.addEventListener("abort", () => fail(signal.reason)); });
  const reading = createReading({ onError: (error) => told.errors.push(error.message), wait });
  const ask = (key) => reading.ask(key, (signal) => new Promise((answer, fail) => { told.asked.push({ key, signal, answer, fail }); }), (found) => told.used.push(found));
  return { reading, ask, told };
}

test("a newer question ends the older one: its answer comes too late, its error is nobody's", async () => {
  const { ask, told } = stage();
  const shown = [ask("a"), ask("b"), ask("c")];
  assert.deepEqual(told.asked.map(({ signal }) => signal.aborted), [true, true, false]);
  told.asked[2].answer("C");
  told.asked[0].answer("A");
  told.asked[1].fail(refused());
  assert.deepEqual(await Promise.all(shown), [false, false, true]);
  assert.deepEqual([told.used, told.errors], [["C"], []]);
});

test("the same question is asked once, on its way and once it is answered; null is always a new one", async () => {
  const { ask, told, reading } = stage();
  ask("a");
  ask("a");
  assert.equal(reading.isAsking(), true);
  told.asked[0].answer("A");
  await soon();
  await ask("a");
  assert.equal(reading.isAsking(), false);
  assert.equal(told.asked.length, 1);
  ask(null);
  ask(null);
  assert.equal(told.asked.length, 3);
});

test("a lost connection is no error: it is asked again, later each time, until there is an answer", async () => {
  const { ask, told } = stage();
  const first = ask("a");
  told.asked[0].fail(lost());
  assert.equal(await first, false, "whoever waits is not kept");
  told.pauses[0].done();
  await soon();
  told.asked[1].fail(lost());
  await soon();
  told.pauses[1].done();
  await soon();
  told.asked[2].answer("A");
  await soon();
  assert.deepEqual([told.used, told.errors, told.pauses.map(({ ms }) => ms)], [["A"], [], [500, 1000]]);
});

test("what was refused is told once, and the same question may be asked anew", async () => {
  const { ask, told } = stage();
  const first = ask("a");
  told.asked[0].fail(refused());
  assert.equal(await first, false);
  ask("a");
  told.asked[1].answer("A");
  await soon();
  assert.deepEqual([told.errors, told.used], [["No."], ["A"]]);
});

test("what breaks while an answer is shown is told too, and nothing is asked once the page is gone", async () => {
  const told = [];
  const reading = createReading({ onError: (error) => told.push(error.message), wait: async () => {} });
  assert.equal(await reading.ask("a", async () => 1, () => { throw new TypeError("x is undefined"); }), false);
  assert.deepEqual(told, ["x is undefined"]);
  let tries = 0;
  reading.ask("b", async () => { tries += 1; throw lost(); }, () => {});
  reading.stop();
  await soon();
  assert.equal(tries, 1);
});
