import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountAgreement } from "../../../assets/review/agreement.mjs";
import { pageOf } from "../nodes.mjs";

const info = (index, name) => ({ class_index: index, name, color: index, merged_into: null, num_named: 1 });
const soon = () => new Promise((done) => { setImmediate(done); });

test("what people said is told by the class's own index: a class that was taken back leaves a gap", async () => {
  const root = pageOf({ "differing-list": "", agreement: "", "tab-differing": "chip" });
  const classes = [info(0, "fig"), info(2, "apple"), info(3, "pear")]; // 1 was "aple", and was undone
  const state = createState({ latest: { classes }, session: { author_id: "me" }, dataset: { num_samples: 9 }, tab: "log", journalSeq: 0, themeCount: 0 });
  const given = [{ author: "Ana", author_id: "ana", class_index: 2 }, { author: "I", author_id: "me", class_index: 3 }];
  const found = { people: ["me", "ana"], pairs: [{ authors: ["I", "Ana"], author_ids: ["me", "ana"], cohen_kappa: 0 }], num_shared: 1, num_differing: 1, reason: "Few.", differing: [{ sample: 4, given }] };
  mountAgreement({ state, root, reviews: { agreement: async () => found }, dress() {}, keys: { register: () => () => {} }, refresh() {}, onSample() {}, onError: assert.fail, onReadError: assert.fail });
  state.set({ journalSeq: 1 });
  await soon();
  const said = root.querySelectorAll(".opinion");
  assert.deepEqual(said.map((each) => each.textContent), ["Ana: apple", "you: pear"]);
  assert.deepEqual(said.map((each) => each.querySelector("i").getAttribute("class")), ["dot s8 slot-2", "dot s8 slot-3"]);
});
