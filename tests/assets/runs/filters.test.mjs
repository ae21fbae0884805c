import assert from "node:assert/strict";
import { test } from "node:test";

import { mountFilters } from "../../../assets/runs/filters.mjs";

/** A field that holds what is typed or chosen, and its options. */
function field() {
  const node = { value: "", dataset: {}, options: [{ value: "" }], addEventListener: (_kind, run) => { node.change = (value) => { node.value = value; run(); }; } };
  node.replaceChildren = (...options) => { node.options = options; node.value = ""; };
  return node;
}

/** The filters of a page, and how often they asked for the rows. */
function stage() {
  globalThis.document = { createElement: () => ({ setAttribute(name, value) { this[name] = value; }, append() {} }) };
  const fields = { "#runs-find": field(), "#runs-who": field(), "#runs-state": field() };
  const told = { changes: 0 };
  const filters = mountFilters({ root: { querySelector: (selector) => fields[selector] }, onChange: () => { told.changes += 1; } });
  return { filters, fields, told };
}

const row = (number, state, who = "you") => ({ number, title: `Run ${number}`, state, who, learned: "", settings: "" });
const numbers = (rows) => rows.map((each) => each.number);

test("a choice that is not there any more is no choice: the table shows what the filter says", () => {
  const { filters, fields } = stage();
  const before = [row(1, "finished"), row(2, "running", "Ben")];
  filters.taken(before);
  fields["#runs-state"].change("learning");
  assert.deepEqual(numbers(filters.taken(before)), [2]);
  const after = [row(1, "finished"), row(2, "finished", "Ben")];
  assert.deepEqual(numbers(filters.taken(after)), [1, 2]);
  assert.equal(fields["#runs-state"].value, "");
});

test("a choice that is still there is kept when others come", () => {
  const { filters, fields, told } = stage();
  filters.taken([row(1, "finished"), row(2, "finished", "Ben")]);
  fields["#runs-who"].change("Ben");
  assert.equal(told.changes, 1);
  assert.deepEqual(numbers(filters.taken([row(1, "finished"), row(2, "finished", "Ben"), row(3, "failed", "Ada")])), [2]);
  assert.equal(fields["#runs-who"].value, "Ben");
  assert.deepEqual(fields["#runs-who"].options.map(({ value }) => value), ["", "Ada", "Ben", "you"]);
});
