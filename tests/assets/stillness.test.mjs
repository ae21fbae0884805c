// Who asked their system for less motion is taken to places at once.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../assets/", import.meta.url);

test("no page scrolls smoothly without asking whether motion is wanted", () => {
  const code = readdirSync(ASSETS, { recursive: true }).filter((name) => name.endsWith(".mjs")).map((name) => readFileSync(new URL(name, ASSETS), "utf8")).join("\n");
  const found = [...code.matchAll(/\bbehavior: ([^}]+?) \}/g)].map(([, how]) => how);
  assert.deepEqual([found.length > 0, [...new Set(found)]], [true, ['prefersStillness() ? "auto" : "smooth"']]);
});
