import assert from "node:assert/strict";
import { test } from "node:test";
import { wilson } from "../../../assets/parts/wilson.mjs";

test("Wilson's interval has its published ends", () => {
  // Newcombe 1998, table I: 81 of 263, 0 of 20; 20 of 20 is the second from above
  const told = [[81 / 263, 263], [0, 20], [1, 20]].map(([share, count]) => wilson(share, count).map((end) => end.toFixed(4)));
  assert.deepEqual(told, [["0.2553", "0.3662"], ["0.0000", "0.1611"], ["0.8389", "1.0000"]]);
});
