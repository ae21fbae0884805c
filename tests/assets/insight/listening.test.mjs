import assert from "node:assert/strict";
import { test } from "node:test";

import { mountListening, recall, soundUrl } from "../../../assets/insight/listening.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const settled = () => new Promise((resolve) => { setTimeout(resolve, 200); });

function stage(dataset, stored = {}) {
  const heard = [];
  class Sound {
    play() { heard.push(this.src); return Promise.reject(new Error("not before a click")); }
    pause() { heard.push("silence"); }
  }
  const listeners = {};
  const button = {
    hidden: true, attributes: {},
    setAttribute(name, value) { this.attributes[name] = value; },
    addEventListener(name, run) { listeners[name] = run; },
    removeEventListener() {},
  };
  const storage = { getItem: (key) => stored[key] ?? null, setItem: (key, value) => { stored[key] = value; } };
  const registered = [];
  const keys = { register: (key) => { registered.push(key); return () => {}; } };
  const state = createState({ dataset, hoverId: null });
  const stop = mountListening({ state, keys, root: { querySelector: () => button }, Sound, storage });
  return { state, heard, button, listeners, stored, registered, stop };
}

test("a sample is heard once the pointer rests on it", async () => {
  const { state, heard, button, stop } = stage({ dataset_id: "d", sound_rate: 8000 });
  assert.equal(button.hidden, false);
  for (const hoverId of [1, 2]) state.set({ hoverId });
  await settled();
  assert.deepEqual(heard, [soundUrl("d", 2)]);
  state.set({ hoverId: null });
  assert.equal(heard.at(-1), "silence");
  stop();
});

test("the button silences it, and that is remembered", async () => {
  const { state, heard, button, listeners, stored, stop } = stage({ dataset_id: "d", sound_rate: 8000 });
  listeners.click();
  assert.equal(button.attributes["aria-pressed"], "false");
  state.set({ hoverId: 4 });
  await settled();
  assert.deepEqual(heard, ["silence"]);
  assert.equal(recall({ getItem: (key) => stored[key] }), false);
  stop();
});

test("samples without a sound have no button and no key", () => {
  const { button, registered } = stage({ dataset_id: "d", sound_rate: null });
  assert.equal(button.hidden, true);
  assert.deepEqual(registered, []);
});

test("its key is its own: the tools of the map have theirs", () => {
  const { registered, stop } = stage({ dataset_id: "d", sound_rate: 8000 });
  assert.deepEqual(registered, ["q"]);
  stop();
});
