import assert from "node:assert/strict";
import { test } from "node:test";

import { mountSettings } from "../../../assets/data/settings.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("Enter that only confirms what an input method offers does not create the project", () => {
  const root = pageOf(["settings", "name", "held", "held-words", "classes", "preset", "create", "given", "axes", "reading", "classes-field", "classes-note", "split", "problem"].map((id) => `data-${id}`));
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
