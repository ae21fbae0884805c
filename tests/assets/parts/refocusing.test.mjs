import assert from "node:assert/strict";
import { test } from "node:test";

import { el } from "../../../assets/parts/elements.mjs";
import { redraw } from "../../../assets/parts/refocusing.mjs";
import { pageOf } from "../nodes.mjs";

const row = (key, controls = ["open", "remove"]) => el("li", { "data-row": key }, controls.map((name) => el("button", { "data-control": name }, `${name} ${key}`)));

/** A list of four, the focus on one of its controls; says where that is after it was drawn anew. */
function scene(held) {
  const list = pageOf(["list"]).querySelector("#list");
  const otherwise = el("button", {}, "beside");
  list.append(...["a", "b", "c", "d"].map((key) => row(key)));
  document.activeElement = list.querySelectorAll("button").find((each) => each.textContent === held) ?? otherwise;
  return (...rows) => { redraw(list, rows, otherwise); return document.activeElement.textContent; };
}

test("a list that is drawn anew keeps the focus on the same control", () => {
  assert.equal(scene("remove b")(row("a"), row("b")), "remove b");
});

test("where its row is gone the next one's control has it, then the one before", () => {
  assert.equal(scene("remove b")(row("a"), row("c"), row("d")), "remove c");
  assert.equal(scene("remove d")(row("a"), row("b"), row("c")), "remove c");
  assert.equal(scene("remove b")(row("a"), row("c", ["open"]), row("d")), "remove d");
});

test("where no row has such a control something beside has it, and a focus elsewhere is left alone", () => {
  assert.equal(scene("remove b")(row("a", ["open"])), "beside");
  assert.equal(scene("open b")(), "beside");
  const elsewhere = scene("none");
  document.activeElement = document.body;
  assert.equal(elsewhere(row("a")), document.body.textContent);
});
