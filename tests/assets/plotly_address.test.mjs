import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SOURCE = readFileSync(new URL("../../assets/plotly_address.js", import.meta.url), "utf8");
const OF_DASH = '"use strict"; window._dashPlotlyJSURL = "/plotly.min.js"; window._dashPlotlyJSURL';

function afterDash(meta) {
  const window = {};
  const context = { window, document: { querySelector: (what) => (what === 'meta[name="plotly-address"]' ? meta : null) } };
  runInNewContext(SOURCE, context);
  return runInNewContext(OF_DASH, context);
}

test("the page's address of Plotly stands, whatever Dash says", () => {
  assert.equal(afterDash({ content: "/plotly.v7m0a.min.js" }), "/plotly.v7m0a.min.js");
});

test("where a page names none, Dash's does", () => {
  assert.equal(afterDash(null), "/plotly.min.js");
});
