import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountMarkers } from "../../../assets/review/markers.mjs";
import { showToast } from "../../../assets/shell/toasts.mjs";
import { pageOf } from "../nodes.mjs";

const comment = (id) => ({ comment_id: id, reply_to: null, kind: "point", resolved_by: null, author: "Ada", text: "", at: 0, samples: "" });

/** What the page wants to do in its next frames, for a test to do it. */
function framesByHand() {
  const frames = [];
  globalThis.requestAnimationFrame = (run) => frames.push(run);
  globalThis.cancelAnimationFrame = () => {};
  return frames;
}

test("a marker keeps the focus when a comment comes; pressed by keyboard it leads into its thread", () => {
  const root = pageOf(["comment-markers", "map-window", "threads"]);
  globalThis.requestAnimationFrame = () => 1;
  globalThis.cancelAnimationFrame = () => {};
  const about = document.createElement("button");
  about.dataset.control = "about";
  const thread = document.createElement("article");
  thread.dataset.thread = "a";
  thread.append(about);
  root.append(thread);
  const state = createState({ comments: [comment("a")], thread: null, tab: "log", dataset: { num_samples: 9 }, picture: null });
  const close = mountMarkers({ state, root, map: {} });
  const marker = () => root.querySelector("[data-marks=a]");
  marker().focus();
  state.set({ comments: [comment("a"), comment("b")] });
  assert.equal(document.activeElement, marker());
  marker().fire("click", { detail: 1 });
  assert.deepEqual([state.get().tab, state.get().thread, document.activeElement === about], ["comments", "a", false]);
  marker().fire("click", { detail: 0 });
  assert.equal(document.activeElement, about);
  close();
});

test("a marker stands beside its samples, of which alone the places are asked", () => {
  const root = pageOf(["comment-markers", "map-window"]);
  const frames = framesByHand();
  const asked = [];
  const map = { placeOf: (id) => { asked.push(id); return id < 5 ? [10 * id, id] : null; }, places: { of: ([x, y]) => ({ x, y }) } };
  const of = (id, some) => ({ ...comment(id), some });
  const state = createState({ comments: [of("a", [1, 3, 4]), of("b", [8])], thread: null, tab: "log", dataset: { num_samples: 9 }, picture: { latentDim: 2 } });
  const close = mountMarkers({ state, root, map });
  frames.shift()();
  const marker = (id) => root.querySelector(`[data-marks=${id}]`);
  assert.deepEqual([marker("a").hidden, marker("a").style.transform, marker("b").hidden], [false, "translate(34px, -27px)", true]);
  assert.deepEqual(asked.sort(), [1, 3, 4, 8]);
  close();
});

test("all places are asked for before a marker is put: each in turn would have the page laid out once more", () => {
  const root = pageOf(["comment-markers", "map-window"]);
  const frames = framesByHand();
  const did = [];
  const map = { placeOf: (id) => [id, id], places: { of: ([x, y]) => { did.push("ask"); return { x, y }; } } };
  const of = (id, some) => ({ ...comment(id), some });
  const state = createState({ comments: [of("a", [1]), of("b", [2])], thread: null, tab: "log", dataset: { num_samples: 9 }, picture: { latentDim: 2 } });
  const close = mountMarkers({ state, root, map });
  for (const { style } of root.querySelectorAll(".comment-marker")) Object.defineProperty(style, "transform", { set: () => did.push("put") });
  frames.shift()();
  assert.deepEqual(did, ["ask", "ask", "put", "put"]);
  close();
});

test("a message that the markers came to lie under makes room once they have arrived", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 800 });
  const root = pageOf(["comment-markers", "map-window", "toast-host", "toast-errors"]);
  const frames = framesByHand();
  let now = 0;
  mock.method(performance, "now", () => now);
  const map = { placeOf: (id) => [id, id], places: { of: ([x, y]) => ({ x, y }) } };
  const state = createState({ comments: [{ ...comment("a"), some: [1] }], thread: null, tab: "log", dataset: { num_samples: 9 }, picture: { latentDim: 2 } });
  const host = root.querySelector("#toast-host");
  host.box = { left: 440, right: 840, top: 736, bottom: 776, width: 400, height: 40 };
  const toast = showToast({ text: "one" });
  const close = mountMarkers({ state, root, map });
  root.querySelector("[data-marks=a]").box = { left: 600, right: 626, top: 740, bottom: 766, width: 26, height: 26 };
  frames.shift()();
  assert.equal(host.style.bottom, "24px");
  now = 2000;
  frames.shift()();
  assert.deepEqual([frames.length, host.style.bottom], [0, "68px"]);
  toast.close();
  close();
});
