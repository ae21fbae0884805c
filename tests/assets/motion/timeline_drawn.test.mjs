// What of the timeline is made anew, and when: it is looked at with every picture.

import assert from "node:assert/strict";
import { test } from "node:test";

import { layRuns } from "../../../assets/motion/line.mjs";
import { mountTimeline } from "../../../assets/motion/timeline.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

const run = (number, more = {}) => ({ run_id: `r${number}`, number, kind: "fine_tune", state: "finished", num_epochs: 4, last_epoch: 4, on_line: true, line_place: number, ...more });
const gesture = (number) => ({ verb: "annotate", count: 2, class_index: 0, after_run: `r${number}` });

/** A timeline of some runs, one of which learns, and how many nodes were made for it. */
function stage() {
  const root = pageOf(["timeline-track", "speed", "timeline-where", "go-live", "play", "step-back", "step-on", "loop"]);
  const told = { made: 0 };
  const { createElement } = document;
  document.createElement = (tag) => { told.made += 1; return createElement(tag); };
  globalThis.ResizeObserver = class { constructor(hear) { told.resize = hear; } observe() {} disconnect() {} };
  const track = root.querySelector("#timeline-track");
  track.clientWidth = 400;
  const runs = (more) => [run(1), run(2, { state: "running", num_epochs: 10, last_epoch: 1, ...more })];
  const server = (more) => ({ runs: runs(more), gestures: [gesture(1)] });
  const playback = (more) => ({ mode: "live", speed: 1, pos: 5, runId: "r2", epoch: 1, ...more });
  const state = createState({ server: null, classes: [{ name: "fig", color: 3 }], playback: playback() });
  let blocks = [];
  const lay = ({ server: { runs: all } }) => { blocks = layRuns(all); };
  const stopLaying = state.subscribe(["server"], lay);
  const player = { blocks: () => blocks, setLoop() {} };
  mountTimeline({ state, player, keys: { register: () => () => {} }, root, choices: { isOn: () => false }, signal: undefined });
  state.set({ server: server() });
  told.made = 0;
  return { state, track, told, server, playback, lay, stopLaying, fillOf: (nth) => track.querySelectorAll(".run-fill")[nth].children[0].style.width };
}

test("with each picture the playhead moves, and what the run that learns has done; nothing is made anew", () => {
  const { state, track, told, playback, fillOf } = stage();
  const [fig] = track.querySelectorAll(".gesture");
  state.set({ playback: playback({ pos: 6.5, epoch: 2.5 }) });
  assert.deepEqual([fillOf(0), fillOf(1), told.made], ["100%", "25%", 0]);
  assert.equal(track.getAttribute("aria-valuenow"), "6.5");
  state.set({ playback: playback({ mode: "replay", runId: "r1", pos: 2, epoch: 2 }) });
  assert.deepEqual(track.querySelectorAll(".on").map((node) => node.dataset.tip), ["Run 1"]);
  assert.deepEqual([fillOf(1), told.made, track.querySelectorAll(".gesture")[0]], ["10%", 0, fig]);
});

test("a look at the server that brings the same is no reason either; a gesture, a run or another width is", () => {
  const { state, track, told, server } = stage();
  state.set({ server: server({ last_epoch: 3 }) });
  assert.equal(told.made, 0);
  state.set({ server: { ...server(), gestures: [gesture(1), gesture(1)] } });
  assert.deepEqual([track.querySelectorAll(".gesture").length, told.made > 0], [2, true]);
  state.set({ server: { ...server(), runs: [...server().runs, run(3)] } });
  assert.equal(track.querySelectorAll(".run-block").length, 3);
  assert.deepEqual(track.querySelectorAll(".cap").map((node) => node.textContent), ["Run 1", "Run 2", "Run 3"]);
  track.clientWidth = 80;
  told.resize();
  assert.deepEqual(track.querySelectorAll(".cap").map((node) => node.textContent), ["1", "2", "3"]);
});

test("a player that hears of a new line after the timeline is drawn with its next word", () => {
  const { state, track, server, playback, lay, stopLaying } = stage();
  stopLaying();
  state.set({ server: { ...server(), runs: [...server().runs, run(3)] } });
  lay(state.get());
  state.set({ playback: playback({ pos: 7 }) });
  assert.equal(track.querySelectorAll(".run-block").length, 3);
});
