import assert from "node:assert/strict";
import { test } from "node:test";

import { mountRings } from "../../../assets/runs/rings.mjs";
import { pageOf } from "../nodes.mjs";

test("rings stand where their points are, go with them, and are hidden where there is no place", () => {
  const pane = pageOf();
  let shift = 0;
  const map = { placeOf: (id) => (id < 3 ? [id + shift, id] : null), places: { project: ([x, y]) => ({ x, y }) } };
  const rings = mountRings(pane, map);
  const seen = () => pane.querySelectorAll(".ring").map(({ className, hidden, style }) => [className, hidden ? null : style.transform]);
  rings.show([{ id: 1, isRight: true }, { id: 7, isRight: false }]);
  assert.deepEqual(seen(), [["ring right", "translate(1.0px, 1.0px)"], ["ring wrong", null]]);
  shift = 5;
  rings.place();
  assert.equal(seen()[0][1], "translate(6.0px, 1.0px)");
});

test("all places are asked for before a ring is put: each in turn would have the page laid out once more", () => {
  const pane = pageOf();
  const did = [];
  const rings = mountRings(pane, { placeOf: (id) => [id, id], places: { project: ([x, y]) => { did.push("ask"); return { x, y }; } } });
  rings.show([{ id: 1, isRight: true }, { id: 2, isRight: false }]);
  did.length = 0;
  for (const { style } of pane.querySelectorAll(".ring")) Object.defineProperty(style, "transform", { set: () => did.push("put") });
  rings.place();
  assert.deepEqual(did, ["ask", "ask", "put", "put"]);
});
