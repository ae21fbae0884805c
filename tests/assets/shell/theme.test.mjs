import assert from "node:assert/strict";
import { test } from "node:test";

import { MODES, nextMode, resolve } from "../../../assets/shell/theme.mjs";

test("resolve: a chosen theme wins over the system's, auto follows it", () => {
  assert.equal(resolve("light", true), "light");
  assert.equal(resolve("dark", false), "dark");
  assert.equal(resolve("auto", true), "dark");
  assert.equal(resolve("auto", false), "light");
});

test("nextMode: goes round through all modes", () => {
  const seen = [nextMode("auto")];
  while (seen.length < MODES.length) seen.push(nextMode(seen.at(-1)));
  assert.deepEqual([...seen].sort(), [...MODES].sort());
});
