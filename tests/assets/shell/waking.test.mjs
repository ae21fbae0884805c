import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi } from "../../../assets/shell/api.mjs";
import { createPolling } from "../../../assets/shell/polling.mjs";
import { createWaking } from "../../../assets/shell/waking.mjs";

/** A machine whose clock the test moves; `pass` is how long until its timers run again. */
function machine() {
  let now = 0;
  let isHidden = false;
  const asked = [];
  const timers = { setInterval: (fn) => { asked.push(fn); return {}; }, setTimeout: (fn) => fn() };
  const network = new EventTarget();
  const waking = createWaking({ now: () => now, isHidden: () => isHidden, timers, network });
  const pass = (ms) => { now += ms; asked.forEach((fn) => fn()); };
  return { waking, network, pass, hide: () => { isHidden = true; }, show: () => { isHidden = false; } };
}

test("waking: a clock that has jumped is told once, a late timer is not", () => {
  const { waking, pass } = machine();
  let count = 0;
  const stop = waking.onWake(() => { count += 1; });
  for (const ms of [500, 500, 9000, 500]) pass(ms);
  assert.equal(count, 0);
  pass(600_000);
  pass(500);
  assert.equal(count, 1);
  stop();
  pass(600_000);
  assert.equal(count, 1);
});

test("waking: the timers of a page that nobody sees are rare, and that is no sleep", () => {
  const { waking, pass, hide } = machine();
  let count = 0;
  waking.onWake(() => { count += 1; });
  hide();
  for (let i = 0; i < 5; i += 1) pass(60_000);
  assert.equal(count, 0);
  pass(600_000);
  assert.equal(count, 1);
});

test("waking: who comes back to a page that nobody saw has not slept either", () => {
  const { waking, pass, hide, show } = machine();
  let count = 0;
  waking.onWake(() => { count += 1; });
  hide();
  pass(500);
  for (const ms of [60_000, 60_000]) pass(ms);
  show();
  pass(35_000);
  assert.deepEqual([count, waking.signal().aborted], [0, false]);
  pass(35_000);
  assert.equal(count, 1, "seen again, it is judged as what is seen");
});

test("waking: a clock that was put back wakes nobody", () => {
  const { waking, pass } = machine();
  waking.onWake(() => assert.fail("nobody slept"));
  pass(-3_600_000);
  pass(500);
});

test("waking: a question that was under way is lost at once, one of later is asked", async () => {
  const { waking, pass } = machine();
  const seen = [];
  let answers = false;
  const fetch = (_path, { signal }) => (answers ? Promise.resolve(new Response("{}")) : new Promise((_resolve, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); }));
  const api = createApi({ fetch, waking, onConnection: (isOk) => seen.push(isOk) });
  const [question, within] = [api.state("p"), api.within(new AbortController().signal).state("p")];
  pass(600_000);
  await assert.rejects(question, { isLost: true });
  await assert.rejects(within, { isLost: true });
  answers = true;
  await api.state("p");
  assert.deepEqual(seen, [false, false, true]);
});

test("waking: a page that looks by itself looks at once, unless nobody sees it or it is left", async () => {
  const { waking, pass } = machine();
  let looks = 0;
  let isHidden = false;
  const polling = createPolling({ look: async () => { looks += 1; return false; }, everyMs: () => 5000, onError: assert.fail, isHidden: () => isHidden, timers: { setTimeout: () => 1, clearTimeout: () => {} }, waking });
  await polling.again();
  pass(600_000);
  assert.equal(looks, 2);
  await polling.again();
  isHidden = true;
  pass(600_000);
  assert.equal(looks, 3);
  isHidden = false;
  polling.stop();
  pass(600_000);
  assert.equal(looks, 3);
});

test("waking: a network that went and came is looked into at once, and ends no question", async () => {
  const { waking, network, pass } = machine();
  let looks = 0;
  const pauses = [];
  const polling = createPolling({ look: async () => { looks += 1; return false; }, everyMs: (isRung) => (isRung ? 5000 : 1000), onError: assert.fail, isHidden: () => false, timers: { setTimeout: (_, ms) => pauses.push(ms), clearTimeout: () => {} }, waking });
  waking.onWake(() => assert.fail("nobody slept"));
  for (const name of ["offline", "online"]) {
    network.dispatchEvent(new Event(name));
    await polling.again();
  }
  assert.equal(looks, 4);
  assert.equal(pauses.at(-1), 1000, "nobody trusts that it is told of news");
  await polling.ring();
  assert.equal(pauses.at(-1), 5000);
  network.dispatchEvent(new Event("offline"));
  await polling.again();
  assert.equal(pauses.at(-1), 1000);
  assert.ok(!waking.signal().aborted);
  polling.stop();
  const before = looks;
  network.dispatchEvent(new Event("offline"));
  assert.equal(looks, before);
});
