// How far whoever follows a replay may be behind: as far as playing went on while their place came, and no farther.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { createSharing } from "../../../assets/presenting/sharing.mjs";

const settled = () => new Promise((done) => { setImmediate(done); });

/** Who follows a replay of one epoch in 100 ms; a place comes when the test says so. */
function follower() {
  const clock = { now: 0 };
  const [sought, arrivals] = [[], []];
  const state = createState({ latentDim: 2, playback: { mode: "live", speed: 1, pos: 0 } });
  const player = {
    blocks: () => [{ run: { run_id: "r" }, start: 0, span: 1000 }], setSpeed() {}, goLive() {}, reachIn: (from, ms) => from + ms / 100,
    replay: () => state.set({ playback: { mode: "replay", speed: 1, pos: sought.at(-1) } }),
    seek: (pos) => { sought.push(pos); return new Promise((there) => { arrivals.push(there); }); },
  };
  const sharing = createSharing({ page: "map", state, map: {}, player, now: () => clock.now });
  return {
    sought, clock, sharing, show: (epoch) => sharing.apply({ time: { mode: "replay", speed: 1, run_id: "r", epoch } }),
    playTo: (pos) => state.set({ playback: { mode: "replay", speed: 1, pos } }),
    async arrive(ms) { clock.now += ms; arrivals.shift()(true); await settled(); },
  };
}

test("a jump of the presenter while a place comes is followed at once", async () => {
  const { sought, show, arrive } = follower();
  for (const epoch of [10, 12, 200]) show(epoch);
  await arrive(200);
  assert.deepEqual(sought, [10, 200]);
  await arrive(200);
  show(205);
  assert.deepEqual(sought, [10, 200, 205], "and is no reason to stay behind");
});

test("a jump back while a place comes is followed as well", async () => {
  const { sought, show, arrive } = follower();
  for (const epoch of [100, 5]) show(epoch);
  await arrive(500);
  assert.deepEqual(sought, [100, 5]);
});

test("what playing went on meanwhile is no jump, and may stay behind", async () => {
  const { sought, show, arrive } = follower();
  for (const epoch of [0, 4, 8]) show(epoch);
  await arrive(800);
  show(16);
  assert.deepEqual(sought, [0]);
  show(18);
  assert.deepEqual(sought, [0, 18]);
});

test("nobody stays hundreds of epochs behind, however long a place took", async () => {
  const { sought, show, arrive } = follower();
  for (const epoch of [0, 300]) show(epoch);
  await arrive(30_000);
  show(301);
  assert.deepEqual(sought, [0, 301]);
});

test("what a slow line took is forgotten: after a while a nearer place is looked for, and with whom is followed next", async () => {
  for (const forget of [(one) => { one.clock.now += 20_000; }, (one) => one.sharing.forget()]) {
    const one = follower();
    for (const epoch of [0, 8]) one.show(epoch);
    await one.arrive(800);
    one.playTo(200);
    one.show(208);
    assert.deepEqual(one.sought, [0]);
    forget(one);
    one.show(208);
    assert.deepEqual(one.sought, [0, 208]);
  }
});
