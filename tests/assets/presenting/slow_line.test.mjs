// A replay that is presented to somebody on a slow line, by two real players on one clock.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createFrames } from "../../../assets/motion/frames.mjs";
import { createPlayer } from "../../../assets/motion/player.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { createSharing } from "../../../assets/presenting/sharing.mjs";

const EPOCHS = 40;
const RUN = { run_id: "r", number: 0, state: "finished", num_epochs: EPOCHS, last_epoch: EPOCHS, on_line: true, epoch_s: 0.2 };

/** Time that the test lets pass; who waits is woken in order. */
function clockwork() {
  let now = 0;
  let timers = [];
  const wait = (ms) => new Promise((wake) => { timers.push({ at: now + ms, wake }); });
  async function pass(ms) {
    for (const end = now + ms; ;) {
      await new Promise((done) => { setImmediate(done); });
      const [next] = timers.sort((a, b) => a.at - b.at);
      if (!next || next.at > end) return void (now = end);
      timers = timers.slice(1);
      now = next.at;
      next.wake();
    }
  }
  return { wait, pass, now: () => now };
}

/** A page whose frames take so long to come. */
function side(clock, latencyMs) {
  const told = { drawn: [], seeks: 0 };
  const state = createState({ playback: { mode: "paused", speed: 1, pos: 0, runId: "r", epoch: 0 }, latentDim: 2, colorMode: "class", selection: { ids: new Uint32Array(0) } });
  const frames = createFrames({
    fetchFrame: async (runId, attempt, n) => { await clock.wait(latencyMs); return Float32Array.of(n, 0).buffer; },
    decode: (buffer) => ({ embedding: new Float32Array(buffer), prediction: Int16Array.of(0), epoch: new Float32Array(buffer)[0] }),
  });
  const player = createPlayer({
    frames, clock, draw: (embedding) => told.drawn.push(embedding[0]), onShown() {}, onPlayback: (playback) => state.set({ playback }),
    needIndex: async () => { await clock.wait(latencyMs / 10); }, onError: assert.fail,
  });
  player.stop();
  player.setLine([RUN], null);
  player.addFrames("r", Array.from({ length: EPOCHS + 1 }, (_, epoch) => ({ n: epoch + 1, attempt: 1, epoch, is_snapshot: true, metrics: {} })));
  const seek = (pos) => { told.seeks += 1; return player.seek(pos); };
  const map = { stance: { of: null }, adopt() {} };
  const sharing = createSharing({ page: "map", state, map, player: { ...player, seek }, select() {}, setColor() {}, now: clock.now });
  return { state, player, sharing, told };
}

for (const [latencyMs, least, most] of [[0, 38, 1.5], [300, 35, 3.5], [1500, 10, 20]]) {
  test(`whoever follows a replay sees it play, though a frame takes ${latencyMs} ms`, async () => {
    const clock = clockwork();
    const [presenter, follower] = [side(clock, 0), side(clock, latencyMs)];
    presenter.state.subscribe(["playback"], async () => {
      const view = presenter.sharing.read();
      await clock.wait(20);
      follower.sharing.apply(view);
    });
    presenter.player.replay();
    const lags = [];
    for (let nth = 0; nth < 2 * EPOCHS - 4; nth += 1) {
      await clock.pass(100);
      lags.push(presenter.state.get().playback.pos - follower.state.get().playback.pos);
    }
    const { drawn, seeks } = follower.told;
    assert.ok(drawn.length >= least, `${drawn.length} pictures of ${EPOCHS} epochs`);
    assert.ok(seeks <= 2, `put right ${seeks} times`);
    assert.ok(Math.max(...lags) <= most, `${Math.max(...lags)} epochs behind`);
  });
}
