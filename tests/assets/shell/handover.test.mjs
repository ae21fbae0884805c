import assert from "node:assert/strict";
import test from "node:test";

import { takeSelection, takeTo } from "../../../assets/shell/handover.mjs";

const ways = [];
globalThis.history = { pushState: (_state, _title, href) => ways.push(href) };
globalThis.dispatchEvent = () => {};

test("what is handed over is taken once, in order, with the map it was drawn on", () => {
  const snapshot = { runId: "r", n: 4 };
  takeTo("map", "p", Uint32Array.of(40, 3, 7), snapshot);
  assert.equal(ways.pop(), "/?project=p");
  assert.deepEqual(takeSelection("map", "p"), { ids: Uint32Array.of(3, 7, 40), snapshot });
  assert.equal(takeSelection("map", "p"), null);
  takeTo("review", "p", Uint32Array.of(1));
  assert.equal(takeSelection("review", "p").snapshot, null, "of a table, which is no map");
});

test("another page or project drops it: it must not come to light later", () => {
  for (const [page, projectId] of [["map", "p"], ["review", "q"]]) {
    takeTo("review", "p", Uint32Array.of(1));
    assert.equal(takeSelection(page, projectId), null);
    assert.equal(takeSelection("review", "p"), null);
  }
});
