import assert from "node:assert/strict";
import { test } from "node:test";

import { mountSettings } from "../../../assets/data/settings.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("Enter that only confirms what an input method offers does not create the project", () => {
  const root = pageOf(["settings", "name", "held", "held-words", "held-note", "classes", "preset", "create", "given", "axes", "reading", "classes-field", "classes-note", "split", "problem"].map((id) => `data-${id}`));
  const state = createState({ phase: "ready", imported: { outline: { kind: "vectors", has_split: false } }, samples: null, problem: "" });
  const kept = [];
  mountSettings({ root, state, onRead() {}, onKeep: ({ name }) => kept.push(name), onSplit() {} });
  const name = root.querySelector("#data-name");
  name.value = "数字";
  name.fire("keydown", { key: "Enter", isComposing: true });
  name.fire("keydown", { key: "Enter", isComposing: false, keyCode: 229 }); // as Safari says it
  assert.deepEqual(kept, []);
  name.fire("keydown", { key: "Enter" });
  assert.deepEqual(kept, ["数字"]);
});

test("a set of one sample makes no map, and the button says why before it is pressed", () => {
  const root = pageOf(["settings", "name", "held", "held-words", "held-note", "classes", "preset", "create", "given", "axes", "reading", "classes-field", "classes-note", "split", "problem"].map((id) => `data-${id}`));
  root.querySelector("#data-create").firstElementChild = document.createElement("span");
  for (const [id, value] of [["given", "given"], ["axes", "2"]]) {
    const choice = document.createElement("button");
    choice.dataset.value = value;
    choice.setAttribute("aria-checked", "true");
    root.querySelector(`#data-${id}`).append(choice);
  }
  const state = createState({ phase: "choosing", imported: null, samples: null, problem: "" });
  const kept = [];
  mountSettings({ root, state, onRead() {}, onKeep: (settings) => kept.push(settings), onSplit() {} });
  const of = (num) => ({ import_id: `${num}`, name: "a.csv", options: {}, outline: { kind: "vector", has_split: false, columns: [], chosen: {} }, summary: { num_samples: num, classes: [] } });
  const create = root.querySelector("#data-create");
  for (const [num, off, tip] of [[1, "true", "A map needs 2 samples or more."], [2, "false", ""]]) {
    state.set({ phase: "ready", imported: of(num) });
    assert.deepEqual([create.getAttribute("aria-disabled"), create.dataset.tip], [off, tip]);
    create.click();
  }
  assert.equal(kept.length, 1);
});
