import assert from "node:assert/strict";
import { test } from "node:test";

import { benchHref, pairOf } from "../../../assets/runs/address.mjs";

test("an address asks for two snapshots, and what is no such thing asks for none", () => {
  const [first, second] = ["11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"];
  const href = benchHref("p", { run_id: first, epoch: 3 }, { run_id: second, epoch: 12 });
  assert.deepEqual(pairOf(new URL(href, "http://x").search), { before: { run: first, epoch: 3 }, after: { run: second, epoch: 12 } });
  for (const search of ["", "?before=a:1&after=b:2", `?before=${first}:1`, `?before=${first}:-1&after=${second}:2`, `?before=${first}:1&after=${second}:99999999999`]) assert.equal(pairOf(search), null);
});
