import assert from "node:assert/strict";
import { test } from "node:test";

import { el } from "../../../assets/parts/elements.mjs";
import { mountFilters } from "../../../assets/runs/filters.mjs";
import { pageOf } from "../nodes.mjs";

/** The filters of a page, and how often they asked for the rows. */
function stage() {
  const root = pageOf();
  const everything = () => el("option", { value: "" }, "all");
  const [find, who, state] = [el("input", { id: "runs-find" }), el("select", { id: "runs-who" }, everything()), el("select", { id: "runs-state" }, everything())];
  root.append(find, who, state);
  const told = { changes: 0 };
  const filters = mountFilters({ root, onChange: () => { told.changes += 1; } });
  return { filters, who, state, told };
}

const row = (number, state, who = "you") => ({ number, title: `Run ${number}`, state, who, learned: "", settings: "" });
const numbers = (rows) => rows.map((each) => each.number);

test("a choice that is not there any more is no choice: the table shows what the filter says", () => {
  const { filters, state } = stage();
  const before = [row(1, "finished"), row(2, "running", "Ben")];
  filters.taken(before);
  state.choose("learning");
  assert.deepEqual(numbers(filters.taken(before)), [2]);
  const after = [row(1, "finished"), row(2, "finished", "Ben")];
  assert.deepEqual(numbers(filters.taken(after)), [1, 2]);
  assert.equal(state.value, "");
});

test("a choice that is still there is kept when others come", () => {
  const { filters, who, told } = stage();
  filters.taken([row(1, "finished"), row(2, "finished", "Ben")]);
  who.choose("Ben");
  assert.equal(told.changes, 1);
  assert.deepEqual(numbers(filters.taken([row(1, "finished"), row(2, "finished", "Ben"), row(3, "failed", "Ada")])), [2]);
  assert.equal(who.value, "Ben");
  assert.deepEqual(who.options.map(({ value }) => value), ["", "Ada", "Ben", "you"]);
});
