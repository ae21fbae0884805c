import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../assets/made_for.js", import.meta.url), "utf8");

/** A page made for a person, whose server answers with a status. */
function page(person, status = 200) {
  const asked = [];
  const window = {
    num: 0,
    location: { reload: () => { window.num += 1; } },
    async fetch(address, init) { asked.push([address, init]); return { status }; },
  };
  const document = { documentElement: { dataset: person ? { person } : {} } };
  vm.runInNewContext(SOURCE, { window, document, Headers });
  return { window, asked };
}

const INIT = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };

test("made for: Dash's own requests say whom the page was made for, and keep what they said", async () => {
  for (const address of ["/_dash-update-component", "/_dash-update-component?job=1"]) {
    const { window, asked } = page("ada");
    await window.fetch(address, INIT);
    const [[to, { method, headers, body }]] = asked;
    assert.deepEqual([to, method, body], [address, "POST", "{}"]);
    assert.deepEqual([headers.get("content-type"), headers.get("x-lodemap-person")], ["application/json", "ada"]);
  }
});

test("made for: all other requests, and those where nobody signs in, go as they were", async () => {
  for (const [person, address] of [["ada", "/api/session"], ["ada", new URL("http://a/_dash-update-component")], [null, "/_dash-update-component"]]) {
    const { window, asked } = page(person);
    await window.fetch(address, INIT);
    assert.equal(asked[0][1], INIT);
  }
});

test("made for: who is somebody else by now loads the page anew", async () => {
  for (const [status, num] of [[200, 0], [403, 0], [401, 1]]) {
    const { window } = page("ada", status);
    assert.equal((await window.fetch("/_dash-update-component", INIT)).status, status);
    assert.equal(window.num, num);
  }
});
