import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../assets/bridge.js", import.meta.url), "utf8");

function page() {
  const window = {};
  vm.runInNewContext(SOURCE, { window });
  return window;
}

test("bridge: a provided function answers at once", () => {
  const window = page();
  window.lodemapBridge.provide({ add: (a, b) => a + b });
  assert.equal(window.dash_clientside.lodemap.add(1, 2), 3);
});

test("bridge: calls made before the module has loaded wait for it", async () => {
  const window = page();
  const early = [window.dash_clientside.lodemap.tick(1), window.dash_clientside.lodemap.tick(2)];
  window.lodemapBridge.provide({ tick: (n) => n * 10 });
  assert.deepEqual(await Promise.all(early), [10, 20]);
});

test("bridge: what Dash has put into its namespace stays", () => {
  const window = { dash_clientside: { no_update: "same" } };
  vm.runInNewContext(SOURCE, { window });
  assert.equal(window.dash_clientside.no_update, "same");
});
