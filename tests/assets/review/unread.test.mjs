import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountAgreement } from "../../../assets/review/agreement.mjs";
import { mountLog } from "../../../assets/review/log.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const LOG = { lines: [], next: null, total: 0 };
const AGREEMENT = { people: [], pairs: [], num_shared: 0, num_differing: 0, num_settled: 0, reason: "Nobody.", differing: [] };
const soon = () => new Promise((done) => { setImmediate(done); });

/** A list of the Review page whose first reading is refused. */
function scene(mount, ids, name, answer) {
  const root = pageOf(ids);
  const state = createState({ sample: null, latest: { classes: [] }, session: {}, tab: "log", journalSeq: null, themeCount: 0 });
  const answers = [new ApiError({ message: "Broken.", status: 500 }), answer];
  const errors = [];
  const read = async () => { const next = answers.shift(); if (next instanceof Error) throw next; return next; };
  mount({ state, root, reviews: { [name]: read }, dress() {}, keys: { register: () => () => {} }, onReadError: (error) => errors.push(error.message) });
  return { root, state, errors };
}

for (const [what, mount, ids, name, answer, list, words] of [
  ["log", mountLog, { "log-lines": "", "log-filter": "", "log-sample": "", "tab-log": "chip" }, "log", LOG, "#log-lines", ["Reading the log", "The log could not be read.", "Nothing was said yet"]],
  ["disagreements", mountAgreement, { "differing-list": "", agreement: "", "tab-differing": "chip" }, "agreement", AGREEMENT, "#differing-list", ["Reading what people differ about", "What people differ about could not be read.", "Nobody to differ from yet"]],
]) {
  test(`${what}: says nothing of what is not read yet, and what was refused can be tried again in its place`, async () => {
    const { root, state, errors } = scene(mount, ids, name, answer);
    const begins = (text) => assert.ok(root.querySelector(list).textContent.startsWith(text), root.querySelector(list).textContent);
    begins(words[0]);
    state.set({ themeCount: 1 });
    begins(words[0]);
    state.set({ journalSeq: -1 }); // nobody has said anything
    await soon();
    begins(words[1]);
    assert.deepEqual(errors, ["Broken."]);
    buttonOf(root, "Try again").click();
    await soon();
    begins(words[2]);
  });
}
