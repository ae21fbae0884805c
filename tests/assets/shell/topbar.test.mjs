import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountTopBar } from "../../../assets/shell/topbar.mjs";

const project = (name, archived = false) => ({ server: { project: { name, archived } } });

test("a new name of the project or the person, given in another tab, reaches the top bar", () => {
  const refreshed = [];
  const avatar = { textContent: "" };
  const button = { dataset: {}, getAttribute: () => null, setAttribute: () => {}, querySelector: () => avatar };
  globalThis.window = { dash_clientside: { set_props: (id) => refreshed.push(id) } };
  globalThis.document = { querySelectorAll: () => [button] };
  const state = createState({ server: null, session: null });
  mountTopBar({ state });
  state.set(project("Fruit"));
  state.set(project("Fruit"));
  assert.deepEqual(refreshed, []);
  state.set(project("Vegetables"));
  state.set(project("Vegetables", true));
  assert.deepEqual(refreshed, ["shell-refresh", "shell-refresh"]);
  state.set({ session: { name: "Ada Lovelace", author_id: "a" } });
  assert.equal(button.dataset.tip, "You are Ada Lovelace. Change the display name");
});
