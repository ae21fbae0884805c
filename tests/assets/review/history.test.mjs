import assert from "node:assert/strict";
import { test } from "node:test";

import { lookOf, settleNodes } from "../../../assets/review/history.mjs";

const head = (n) => ({ run_id: "r", attempt: 1, n });
const row = (id, n) => ({ step: { step_id: id, kind: "gestures", head: head(n), counts: {}, author: "Ada", num_named: 3, at: 0 }, row: id, lane: 0, isOnWay: true });
const LOOKS = { here: 2, chosen: 2, colors: "[1]", isFaint: false };

test("a new epoch of one step leaves the rows of all others as they are", () => {
  assert.equal(lookOf(row(1, 4), LOOKS), lookOf(row(1, 4), { ...LOOKS }));
  assert.notEqual(lookOf(row(1, 4), LOOKS), lookOf(row(1, 5), LOOKS));
  assert.equal(lookOf(row(1, 4), LOOKS), lookOf(row(1, 4), { ...LOOKS, chosen: 3 }), "another one was chosen");
  for (const change of [{ chosen: 1 }, { here: 1 }, { colors: "[2]" }, { isFaint: true }]) assert.notEqual(lookOf(row(1, 4), LOOKS), lookOf(row(1, 4), { ...LOOKS, ...change }));
});

test("nodes that are in their place are not touched", () => {
  const moved = [];
  const list = {
    children: ["room", "a", "b", "gone"],
    insertBefore(node, at) { moved.push(node); const nth = at ? this.children.indexOf(at) : this.children.length; this.children = this.children.filter((each) => each !== node); this.children.splice(nth, 0, node); },
    get lastElementChild() { return { remove: () => { this.children.pop(); } }; },
  };
  settleNodes(list, ["room", "a", "new b", "c"]);
  assert.deepEqual([list.children, moved], [["room", "a", "new b", "c"], ["new b", "c"]]);
});
