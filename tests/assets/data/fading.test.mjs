import assert from "node:assert/strict";
import test from "node:test";

import { orderOf } from "../../../assets/data/dataset.mjs";
import { moreOf } from "../../../assets/data/fading.mjs";

test("moreOf: which ways one can scroll on", () => {
  const place = { clientHeight: 300, scrollHeight: 500 };
  assert.deepEqual([0, 100, 200].map((scrollTop) => moreOf({ ...place, scrollTop })), ["down", "up down", "up"]);
  assert.equal(moreOf({ scrollTop: 0, clientHeight: 300, scrollHeight: 301 }), "");
});

test("orderOf: labels stand as the classes of the map do, then those without one", () => {
  assert.deepEqual(orderOf(["0", "1", "2", "other"], [{ name: "1" }, { name: "2" }, { name: "0" }]), [1, 2, 0, 3]);
});
