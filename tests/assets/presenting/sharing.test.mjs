import assert from "node:assert/strict";
import { test } from "node:test";

import { createSharing } from "../../../assets/presenting/sharing.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const BOX = { width: 800, height: 400 };
const STANCE = { of: { x: [0, 4], y: [0, 2] }, isUsers: false };

/** A page over a map and a player that note what is asked of them. */
function side(patch = {}, page = "map") {
  const asked = [];
  const note = (name) => (...values) => { asked.push([name, ...values]); return Promise.resolve(true); };
  const state = createState({
    view: { box: BOX }, shown: { runId: "r", n: 7 }, colorMode: "class", latentDim: 2, dataset: { num_samples: 100 },
    playback: { mode: "live", speed: 1, pos: 12, runId: "r", epoch: 2 }, selection: { ids: Uint32Array.of(1, 5) }, ...patch,
  });
  const map = { stance: STANCE, adopt: note("adopt") };
  const player = { blocks: () => [{ run: { run_id: "r" }, start: 10, span: 5 }], goLive: note("live"), seek: note("seek"), replay: note("replay"), setSpeed: note("speed"), reachIn: (from, ms) => from + ms / 100 };
  const sharing = createSharing({ page, state, map, player, select: note("select"), setColor: note("color"), ...(page === "review" ? { chooseStep: note("step") } : {}) });
  return { sharing, asked, state, player, of: (name) => asked.filter(([each]) => each === name) };
}

test("a view goes over as it was read", () => {
  const from = side();
  const to = side({ colorMode: "prediction", view: { box: { width: 400, height: 200 } } });
  to.sharing.apply(JSON.parse(JSON.stringify(from.sharing.read())));
  assert.deepEqual(to.of("color"), [["color", "class"]]);
  const [[, stance, ms]] = to.of("adopt");
  assert.deepEqual([stance.of, stance.isUsers], [STANCE.of, true]);
  assert.ok(ms > 0, "smoothly");
  assert.deepEqual(to.of("seek"), []);
  assert.deepEqual(to.of("live"), [], "both are live");
});

test("whoever leaves has their own colours again, unless they chose others meanwhile", () => {
  const leaves = (...did) => {
    const to = side({}, "review");
    const color = (colorMode) => to.state.set({ colorMode });
    for (const [who, mode] of did) {
      if (who === "presenter") to.sharing.apply({ page: "map", color_mode: mode });
      color(mode);
    }
    const before = to.of("color").length;
    to.sharing.leave();
    return to.of("color").slice(before).map(([, mode]) => mode);
  };
  assert.deepEqual(leaves(["presenter", "trust"]), ["class"]);
  assert.deepEqual(leaves(["presenter", "class"], ["presenter", "trust"], ["presenter", "label"]), ["class"]);
  assert.deepEqual(leaves(["presenter", "trust"], ["hand", "label"]), []);
  assert.deepEqual(leaves(["presenter", "trust"], ["hand", "label"], ["presenter", "confidence"]), ["label"]);
  assert.deepEqual(leaves(), []);
});

test("a selection goes over, packed once while it is the same", () => {
  const from = side();
  const to = side();
  assert.equal(from.sharing.samples(), from.sharing.samples());
  to.sharing.applySamples(from.sharing.samples());
  assert.deepEqual([...to.of("select")[0][1]], [1, 5]);
  from.state.set({ selection: { ids: new Uint32Array(0) } });
  to.sharing.applySamples(from.sharing.samples());
  assert.equal(to.of("select")[1][1].length, 0);
});

test("a place in time is a run and an epoch of it, asked for once", () => {
  const to = side();
  const view = { page: "map", time: { mode: "paused", speed: 1, run_id: "r", epoch: 3.5 } };
  const playbackIn = (mode) => to.state.set({ playback: { ...to.state.get().playback, mode } });
  to.sharing.apply(view);
  playbackIn("paused");
  to.sharing.apply(view);
  assert.deepEqual(to.of("seek"), [["seek", 13.5]]);
  to.sharing.apply({ ...view, time: { ...view.time, run_id: "of another line" } });
  assert.equal(to.of("seek").length, 1);
  to.sharing.apply({ ...view, time: { mode: "live" } });
  assert.equal(to.of("live").length, 1);
  playbackIn("live");
  to.sharing.apply(view);
  playbackIn("live"); // a step of the history was looked at meanwhile
  to.sharing.apply(view);
  assert.deepEqual(to.of("seek").slice(1), [["seek", 13.5], ["seek", 13.5]]);
});

test("a place that the presenter goes back to after Live is gone to again", () => {
  const to = side();
  const home = { page: "map", time: { mode: "paused", speed: 1, run_id: "r", epoch: 0 } };
  to.sharing.apply(home);
  to.state.set({ playback: { ...to.state.get().playback, mode: "paused" } });
  to.sharing.apply({ page: "map", time: { mode: "live" } });
  to.sharing.apply(home);
  assert.deepEqual(to.asked.map(([name]) => name), ["seek", "live", "seek"]);
});

test("a replay plays on by itself, and is put right when it is far off", async () => {
  const to = side();
  const replay = (epoch) => to.sharing.apply({ page: "map", time: { mode: "replay", speed: 2, run_id: "r", epoch } });
  replay(0);
  await Promise.resolve();
  assert.deepEqual(to.asked.map(([name]) => name), ["speed", "seek", "replay"]);
  to.state.set({ playback: { mode: "replay", speed: 2, pos: 11, runId: "r", epoch: 1 } });
  replay(2);
  assert.equal(to.of("seek").length, 1, "one epoch off is nothing");
  replay(4);
  assert.equal(to.of("seek").length, 2);
});

test("a replay that the presenter paused before its place was there does not begin", async () => {
  const to = side();
  let arrive = null;
  const seek = to.player.seek;
  to.player.seek = (pos) => { seek(pos); return new Promise((there) => { arrive ??= there; }); };
  const time = { speed: 1, run_id: "r", epoch: 0 };
  to.sharing.apply({ page: "map", time: { ...time, mode: "replay" } });
  to.sharing.apply({ page: "map", time: { ...time, mode: "paused" } });
  arrive(false);
  await new Promise((done) => { setImmediate(done); });
  assert.deepEqual([to.of("seek").length, to.of("replay")], [2, []]);
});

test("a replay that waits for its place does not look for another, and one begun anew does not wait for it", async () => {
  const to = side();
  const arrivals = [];
  const seek = to.player.seek;
  to.player.seek = (pos) => { seek(pos); return new Promise((there) => { arrivals.push(there); }); };
  const at = (mode, epoch) => to.sharing.apply({ page: "map", time: { mode, speed: 1, run_id: "r", epoch } });
  at("replay", 0);
  at("replay", 2);
  at("replay", 4);
  assert.deepEqual(to.of("seek"), [["seek", 10]]);
  at("paused", 4);
  at("replay", 4);
  arrivals[0](false);
  arrivals[2](true);
  await new Promise((done) => { setImmediate(done); });
  assert.deepEqual([to.of("seek").map(([, pos]) => pos), to.of("replay").length], [[10, 14, 14], 1]);
});

test("the step of the history goes over between two Review pages, the map to any page", () => {
  const from = side({ history: { here: 9 }, chosen: 4 }, "review");
  const view = from.sharing.read();
  assert.deepEqual([view.page, view.step_id], ["review", 4]);
  const [review, map] = [side({}, "review"), side()];
  review.sharing.apply(view);
  map.sharing.apply(view);
  assert.deepEqual([review.of("step"), map.of("step")], [[["step", 4]], []]);
  assert.equal(map.of("adopt").length, 1);
});

test("a stance of a cloud is not for a flat map", () => {
  const to = side();
  to.sharing.apply({ page: "map", stance: { of: { angles: {}, lens: {} } } });
  to.sharing.apply({ page: "map" });
  assert.deepEqual(to.asked, []);
});
