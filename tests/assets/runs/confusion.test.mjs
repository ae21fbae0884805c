import assert from "node:assert/strict";
import test from "node:test";

import { cellAfter, mountConfusion, strengthOf, textOf } from "../../../assets/runs/confusion.mjs";
import { calledNow } from "../../../assets/runs/words.mjs";
import { pageOf } from "../nodes.mjs";

const COUNTS = [[90, 10], [0, 1200]];

test("a cell tells a count or the share of its row, and nothing for none", () => {
  assert.equal(textOf(COUNTS, 0, 1, "count"), "10");
  assert.equal(textOf(COUNTS, 0, 1, "share"), "10");
  assert.equal(textOf(COUNTS, 1, 1, "count"), "1,200");
  assert.equal(textOf(COUNTS, 1, 1, "share"), "100");
  assert.equal(textOf(COUNTS, 1, 0, "share"), "");
});

test("strength grows with the share, and small mistakes are seen", () => {
  assert.equal(strengthOf(COUNTS, 1, 0), 0);
  assert.equal(strengthOf(COUNTS, 1, 1), 1);
  assert.ok(strengthOf([[99, 1], [0, 1]], 0, 1) > 0.1);
  assert.ok(strengthOf([[60, 40], [0, 1]], 0, 1) > strengthOf(COUNTS, 0, 1));
});

test("arrow keys walk the square and stop at its edges", () => {
  assert.deepEqual(cellAfter("ArrowDown", [0, 0], 2), [1, 0]);
  assert.deepEqual(cellAfter("ArrowLeft", [0, 0], 2), [0, 0]);
  assert.equal(cellAfter("Enter", [0, 0], 2), null);
});

test("two classes that were merged since stay two, each row adds up as it did, and both say what they are now", async () => {
  const root = pageOf(["confusion-unit", "confusion-run", "confusion-table", "confusion-cell"]);
  let classes = ["dog", "hound"].map((name, index) => ({ class_index: index, name, merged_into: null }));
  const found = { class_indices: [0, 1], counts: [[9, 2], [3, 7]], num_known: 21, num_held_out: 21, is_predicted: true };
  const api = { within: () => ({ json: async () => found }) };
  const part = mountConfusion({ root, api, nameOfClass: (index) => calledNow(classes, index), onSelect() {}, onError: assert.fail });
  const run = { run_id: "r", number: 3, kind: "fine_tune", last_epoch: 2 };
  const words = (selector) => root.querySelectorAll(selector).map((each) => each.textContent);
  await part.show(run);
  assert.deepEqual(words("tbody th"), ["dog", "hound"]);
  classes = [classes[0], { ...classes[1], merged_into: 0 }];
  await part.show(run);
  assert.deepEqual([words("tbody th"), words("tfoot th")], [["dog", "dog (was hound)"], ["dog", "dog (was hound)"]]);
  assert.deepEqual(words("tbody button"), ["9", "2", "3", "7"]);
  const said = root.querySelectorAll("tbody button").map((each) => each.getAttribute("aria-label"));
  assert.deepEqual(said.slice(0, 2), ["9 samples of dog, all told rightly", "2 samples of dog taken for dog (was hound)"]);
  classes = [{ ...classes[0], name: "hound" }, { ...classes[1], merged_into: null }];
  await part.show(run);
  root.querySelectorAll("tbody button")[1].click();
  assert.equal(root.querySelector("#confusion-cell b").textContent, "2 samples");
  assert.match(root.querySelector("#confusion-cell").textContent, /of hound taken for hound/, "of one name, and two all the same");
});

test("the next epoch of a live run leaves open what is open, and the focus where it is", async () => {
  const root = pageOf(["confusion-unit", "confusion-run", "confusion-table", "confusion-cell"]);
  const found = (counts, ...classes) => ({ class_indices: classes, counts, num_known: 21, num_held_out: 21, is_predicted: true });
  const answers = [found([[9, 2], [3, 7]], 0, 1), found([[8, 4], [3, 6]], 0, 1), found([[8, 4], [3, 6]], 0, 1), found([[12, 0], [3, 6]], 0, 1), found([[8, 4], [3, 6]], 0, 2)];
  const api = { within: () => ({ json: async () => answers.shift() }) };
  const part = mountConfusion({ root, api, nameOfClass: (index) => ["dog", "hound", "cat"][index], onSelect() {}, onError: assert.fail });
  let epoch = 0;
  const next = () => part.show({ run_id: "r", number: 3, kind: "fine_tune", last_epoch: (epoch += 1) });
  const cell = (where) => root.querySelector(`[data-at="${where}"]`);
  const told = root.querySelector("#confusion-cell");
  await next();
  cell("0 1").click();
  cell("0 1").focus();
  await next();
  assert.deepEqual([told.hidden, told.querySelector("b").textContent, cell("0 1").getAttribute("aria-pressed")], [false, "4 samples", "true"]);
  assert.equal(document.activeElement, cell("0 1"));
  told.querySelector("button").focus();
  await next();
  assert.equal(document.activeElement, told.querySelector("button"));
  await next();
  assert.deepEqual([told.hidden, document.activeElement], [true, cell("0 1")], "none of them is left");
  cell("1 0").click();
  await next();
  assert.equal(told.hidden, true, "of other classes");
});

test("a run without an epoch says why, and nothing is promised of one that failed", async () => {
  const root = pageOf(["confusion-unit", "confusion-run", "confusion-table", "confusion-cell"]);
  const part = mountConfusion({ root, api: {}, nameOfClass: String, onSelect() {}, onError: assert.fail });
  const words = async (state) => { await part.show({ run_id: "r", number: 3, kind: "fine_tune", last_epoch: -1, state }); return root.querySelector("#confusion-table").textContent; };
  assert.equal(await words("queued"), "It has not begun.");
  assert.match(await words("running"), /^Once this run has an epoch/);
  assert.equal(await words("failed"), "It failed before its first epoch.");
});
