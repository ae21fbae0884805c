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
