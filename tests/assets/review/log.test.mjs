import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mergeLines, mountLog, toldOf } from "../../../assets/review/log.mjs";
import { pageOf } from "../nodes.mjs";

const classes = ["1", "bird", "black bird"].map((name) => ({ name }));

test("toldOf: the class a line ends with stands apart, the longest that fits", () => {
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 6 samples 1" }, classes), ["named 6 samples", "1"]);
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 1 sample black bird" }, classes), ["named 1 sample", "black bird"]);
  assert.deepEqual(toldOf({ verb: "mark_unsure", text: "marked 6 samples as 1" }, classes), ["marked 6 samples as 1", ""]);
  assert.deepEqual(toldOf({ verb: "annotate", text: "named 2 samples fig" }, classes), ["named 2 samples fig", ""]);
});

test("mergeLines: each line once, the newest first, as it is now", () => {
  assert.deepEqual(mergeLines([{ seq: 2, stands: true }, { seq: 1 }], [{ seq: 3 }, { seq: 2, stands: false }]), [{ seq: 3 }, { seq: 2, stands: false }, { seq: 1 }]);
});

test("a sample pressed by keyboard keeps the focus, or the way back to the whole log has it, then the filter", async () => {
  const soon = () => new Promise((done) => { setImmediate(done); });
  const root = pageOf({ "log-lines": "", "log-filter": "", "log-sample": "", "tab-log": "chip" });
  const line = (seq, ...samples) => ({ seq, samples, count: samples.length, verb: "annotate", text: "named", from: [], remarks: [], num_changed: samples.length, author: "Ada", at: 0, stands: true, step: 1 });
  const answers = { null: [line(2, 5, 6), line(1, 7)], 5: [line(2, 5, 6)], 7: [] };
  const state = createState({ sample: null, latest: null, journalSeq: 0, themeCount: 0 });
  const reviews = { log: async ({ sample }) => ({ lines: answers[sample], next: null, total: 0 }) };
  const close = mountLog({ state, root, reviews, dress() {}, onChoose() {}, onSample: (sample) => state.set({ sample }), onReadError: assert.fail });
  state.set({ journalSeq: 1 });
  await soon();
  const focused = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id;
  const press = async (label) => {
    const button = root.querySelectorAll("button").find((each) => each.getAttribute("aria-label") === label);
    button.focus();
    button.click();
    await soon();
  };
  await press("What happened to sample 5");
  assert.deepEqual([focused(), document.activeElement.isConnected], ["What happened to sample 5", true]);
  await press("Show the whole log");
  assert.equal(focused(), "log-filter");
  await press("What happened to sample 7");
  assert.deepEqual([focused(), document.activeElement.isConnected], ["Show the whole log", true]);
  close();
});
