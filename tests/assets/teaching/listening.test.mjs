import assert from "node:assert/strict";
import { test } from "node:test";

import { mountRunPanel } from "../../../assets/teaching/runpanel.mjs";
import { mountReceipt } from "../../../assets/teaching/receipt.mjs";

/** A root whose nodes stay while pages come and go. */
function kept() {
  const nodes = new Map();
  const node = (selector) => {
    if (!nodes.has(selector)) nodes.set(selector, Object.assign(new EventTarget(), { hidden: false, dataset: {}, style: {}, querySelector: node, querySelectorAll: () => [] }));
    return nodes.get(selector);
  };
  return { node, root: { querySelector: node, querySelectorAll: () => [] } };
}

globalThis.document = { getElementById: () => null };

test("a page begun anew on the same nodes sends one request for one press of Update", () => {
  const { node, root } = kept();
  const asked = [];
  const begin = (project) => {
    const page = new AbortController();
    const actions = { update: () => asked.push(`update ${project}`), undo: () => asked.push(`undo ${project}`) };
    const shared = { state: { get: () => ({}), subscribe: () => () => {} }, player: {}, api: {}, keys: { register: () => () => {} }, actions, root, signal: page.signal };
    const stops = [mountRunPanel(shared), mountReceipt(shared)].flat();
    return () => { stops.forEach((stop) => stop()); page.abort(); };
  };
  begin("a")();
  begin("b");
  node("#update").dispatchEvent(new Event("click"));
  node("#receipt-undo").dispatchEvent(new Event("click"));
  assert.deepEqual(asked, ["update b", "undo b"]);
});
