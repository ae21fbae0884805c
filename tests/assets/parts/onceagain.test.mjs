import assert from "node:assert/strict";
import { test } from "node:test";
import { onceAgain } from "../../../assets/parts/onceagain.mjs";

const soon = () => new Promise((done) => { setImmediate(done); });

test("asked for again and again while it is under way, it is done once more", async () => {
  const ends = [];
  const ask = onceAgain(() => new Promise((end) => { ends.push(end); }));
  const first = ask();
  ask();
  ask();
  assert.equal(ends.length, 1);
  ends[0]();
  await soon();
  assert.equal(ends.length, 2);
  ends[1]();
  await first;
  assert.equal(ends.length, 2);
});

test("it is not done while it is not wanted, and goes on after an error", async () => {
  let [isWanted, done] = [false, 0];
  const ask = onceAgain(async () => { done += 1; if (done === 1) throw new Error("lost"); }, () => isWanted);
  await ask();
  assert.equal(done, 0);
  isWanted = true;
  await assert.rejects(ask(), /lost/);
  await ask();
  assert.equal(done, 2);
});
