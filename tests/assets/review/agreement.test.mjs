import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountAgreement } from "../../../assets/review/agreement.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { pageOf } from "../nodes.mjs";

keptByTab.setItem("lodemap.name-asked", "1"); // a guest who was asked, and goes on as one
const info = (index, name) => ({ class_index: index, name, color: index, merged_into: null, num_named: 1 });
const soon = () => new Promise((done) => { setImmediate(done); });

/** A page of disagreements about these samples. */
function scene(samples, more = {}) {
  const root = pageOf({ "differing-list": "", agreement: "", "tab-differing": "chip" });
  const classes = [info(0, "fig"), info(2, "apple"), info(3, "pear")]; // 1 was "aple", and was undone
  const state = createState({ latest: { classes }, session: { author_id: "me" }, dataset: { num_samples: 9 }, tab: "differing", journalSeq: 0, themeCount: 0 });
  const given = [{ author: "Ana", author_id: "ana", class_index: 2 }, { author: "I", author_id: "me", class_index: 3 }];
  const found = { people: ["me", "ana"], pairs: [{ authors: ["I", "Ana"], author_ids: ["me", "ana"], cohen_kappa: 0 }], num_shared: 1, reason: "Few." };
  const agreement = async () => ({ ...found, num_differing: samples.length, differing: samples.map((sample) => ({ sample, given })) });
  mountAgreement({ state, root, reviews: { agreement, ...more.reviews }, acts: more.acts, dress() {}, keys: { register: () => () => {} }, async refresh() {}, onSample() {}, onError: assert.fail, onReadError: assert.fail });
  const redraw = async () => { state.set({ journalSeq: state.get().journalSeq + 1 }); await soon(); };
  return { root, redraw };
}

test("what people said is told by the class's own index: a class that was taken back leaves a gap", async () => {
  const { root, redraw } = scene([4]);
  await redraw();
  const said = root.querySelectorAll(".opinion");
  assert.deepEqual(said.map((each) => each.textContent), ["Ana: apple", "you: pear"]);
  assert.deepEqual(said.map((each) => each.querySelector("i").getAttribute("class")), ["dot s8 slot-2", "dot s8 slot-3"]);
});

test("what was settled for everybody can be taken back, the last one alone", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800 });
  const undone = [];
  let seq = 6;
  const { root, redraw } = scene([4, 5, 6], { acts: { undo: (of) => undone.push(of) }, reviews: { gesture: async () => ({ seq: (seq += 1) }) } });
  await redraw();
  for (let nth = 0; nth < 2; nth += 1) {
    root.querySelector(".differing-choices button").click();
    await soon();
  }
  const undos = root.querySelectorAll(".toast-act");
  assert.equal(undos.length, 1);
  undos[0].click();
  assert.deepEqual(undone, [8]);
});

test("the focus stays in the list: where a row is gone on the next one, at the same choice", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800 });
  const { root, redraw } = scene([4, 5], { reviews: { gesture: () => new Promise(() => {}) } });
  await redraw();
  const focused = () => [document.activeElement.closest("[data-row]")?.dataset.row, document.activeElement.textContent];
  root.querySelectorAll(".differing-words")[1].focus();
  const words = focused();
  document.activeElement.click();
  await redraw();
  assert.deepEqual(focused(), words);
  root.querySelectorAll(".differing-words")[0].click();
  root.querySelectorAll(".differing-choices button")[1].focus();
  document.activeElement.click();
  assert.deepEqual(focused(), ["5", "apple2"]);
  document.activeElement.click();
  assert.equal(document.activeElement, root.querySelector("#differing-list"), "nothing is left to settle");
});
