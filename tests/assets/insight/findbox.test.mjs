import assert from "node:assert/strict";
import { test } from "node:test";

import { mountFind } from "../../../assets/insight/findbox.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("keys of an input method neither take a row nor close the field", () => {
  const root = pageOf(["find", "map-window"]);
  const classes = [{ class_index: 0, name: "数字", color: 0, merged_into: null }];
  const state = createState({ projectId: "p", dataset: { text_columns: [] }, classes, named: Int16Array.of(0, -1), prediction: null, label: new Int16Array(2) });
  const taken = [];
  const stop = mountFind({ state, root, api: { find: async () => ({ exact: null, columns: [] }) }, actions: { select: (ids) => taken.push([...ids]) }, keys: { register: () => () => {} }, dress() {}, showToast: assert.fail });
  root.querySelector("#find").click();
  const field = root.querySelector("input");
  field.type("数字");
  for (const key of ["ArrowDown", "Escape", "Enter"]) field.fire("keydown", { key, isComposing: true });
  field.fire("keydown", { key: "Enter", isComposing: false, keyCode: 229 }); // as Safari says it
  assert.deepEqual([taken, field.isConnected], [[], true]);
  field.fire("keydown", { key: "Enter" });
  assert.deepEqual([taken, field.isConnected], [[[0]], false]);
  stop?.();
});
