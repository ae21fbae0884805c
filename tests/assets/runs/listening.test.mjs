import assert from "node:assert/strict";
import { test } from "node:test";

import { mountConfusion } from "../../../assets/runs/confusion.mjs";
import { mountFilters } from "../../../assets/runs/filters.mjs";
import { mountVariants } from "../../../assets/runs/variants.mjs";

/** A root whose nodes stay while pages come and go. */
function kept() {
  const nodes = new Map();
  function node(selector) {
    if (!nodes.has(selector)) nodes.set(selector, Object.assign(new EventTarget(), { hidden: false, value: "", dataset: {}, querySelectorAll: () => [], replaceChildren() {}, closest: () => null, contains: () => false }));
    return nodes.get(selector);
  }
  return { node, root: { querySelector: node, querySelectorAll: () => [] } };
}

globalThis.document = { createElement: () => ({ setAttribute() {}, append() {} }) };
globalThis.ResizeObserver = class { observe() {} disconnect() {} };

test("a page begun anew on the same nodes acts for its own project alone", () => {
  const { node, root } = kept();
  const asked = [];
  function begin(project) {
    const page = new AbortController();
    const api = { post: (path) => { asked.push(path); return new Promise(() => {}); } };
    const shared = { root, api, frames: {}, projectId: project, knobs: {}, getServer: () => null, signal: page.signal };
    mountFilters({ root, onChange: () => asked.push(`rows of ${project}`), signal: page.signal });
    const parts = [mountVariants(shared), mountConfusion({ ...shared, nameOfClass: String })];
    return () => { parts.forEach((part) => part.destroy()); page.abort(); };
  }
  begin("a")();
  begin("b");
  node("#variants-cancel").dispatchEvent(new Event("click"));
  node("#runs-find").dispatchEvent(new Event("input"));
  assert.deepEqual(asked, ["/api/projects/b/variants/stop", "rows of b"]);
});
