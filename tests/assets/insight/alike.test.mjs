// What is like a sample, asked by Shift+L, over a server that answers when the test says so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountFind } from "../../../assets/insight/findbox.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

const LOOKING = "Looking for what is like it.";
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

function stage(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const root = pageOf(["find", "map-window"]);
  const [asked, shown, keyed] = [[], [], new Map()];
  const state = createState({ projectId: "p", hoverId: 7, selection: { ids: Uint32Array.of() } });
  const select = (ids) => state.set({ selection: { ids } });
  const close = mountFind({
    state, root, dress() {}, actions: { select }, keys: { register(key, entry) { keyed.set(key, entry); return () => {}; } },
    api: { alike: (_, sample) => new Promise((resolve) => { asked.push({ sample, answer: (told) => { resolve(told); return settled(); } }); }) },
    showToast({ text }) { const toast = { text, close() { if (shown.includes(toast)) shown.splice(shown.indexOf(toast), 1); } }; shown.push(toast); return toast; },
  });
  t.after(close);
  const later = () => { t.mock.timers.tick(700); return settled(); };
  return { asked, select, later, press: (hoverId = 7) => { state.set({ hoverId }); keyed.get("shift+l").run(); }, said: () => shown.map(({ text }) => text), selected: () => [...state.get().selection.ids] };
}

const ready = (...ids) => ({ state: "ready", ids });

test("whoever asks what is like a sample reads that it is looked for, until it is selected", async (t) => {
  const { asked, press, later, said, selected } = stage(t);
  press();
  assert.deepEqual(said(), [LOOKING]);
  await asked[0].answer({ state: "working" });
  assert.deepEqual(said(), [LOOKING]);
  await later();
  await asked[1].answer(ready(9, 3));
  assert.deepEqual(selected(), [3, 7, 9]);
  assert.deepEqual(said(), ["Sample 7 and the 2 most like it are selected."]);
});

test("what was selected meanwhile stays selected, and nobody asks on", async (t) => {
  const { asked, press, select, later, said, selected } = stage(t);
  press();
  await asked[0].answer({ state: "working" });
  select(Uint32Array.of(1, 2));
  await later();
  assert.deepEqual([asked.length, said()], [1, []]);
  press();
  select(Uint32Array.of(4));
  await asked[1].answer(ready(9));
  assert.deepEqual([selected(), said()], [[4], []]);
});

test("asked again, the newer question alone is answered", async (t) => {
  const { asked, press, later, said, selected } = stage(t);
  press(7);
  press(8);
  await asked[0].answer(ready(1));
  assert.deepEqual([selected(), said()], [[], [LOOKING]]);
  await asked[1].answer(ready(2));
  await later();
  assert.deepEqual([selected(), asked.length], [[2, 8], 2]);
});

test("where it takes too long, that is said", async (t) => {
  const { asked, press, later, said } = stage(t);
  press();
  for (let tries = 0; tries < 40; tries += 1) {
    await asked[tries].answer({ state: "working" });
    await later();
  }
  assert.equal(asked.length, 40);
  assert.deepEqual(said(), ["What is like it is still being worked out. Ask again in a while."]);
});
