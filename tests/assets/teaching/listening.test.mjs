import assert from "node:assert/strict";
import { test } from "node:test";

import { mountRunPanel } from "../../../assets/teaching/runpanel.mjs";
import { mountReceipt } from "../../../assets/teaching/receipt.mjs";
import { pageOf } from "../nodes.mjs";

test("a page begun anew on the same nodes sends one request for one press of Update", () => {
  const root = pageOf(["update", "stop", "run-alarm-undo", "run-go-on", "run-next-back", "receipt", "receipt-show-worse", "receipt-undo", "receipt-close"]);
  const asked = [];
  const begin = (project) => {
    const page = new AbortController();
    const actions = { update: () => asked.push(`update ${project}`), undoOf: () => asked.push(`undo ${project}`) };
    const shared = { state: { get: () => ({}), subscribe: () => () => {} }, player: {}, api: {}, keys: { register: () => () => {} }, actions, root, signal: page.signal };
    const stops = [mountRunPanel(shared), mountReceipt(shared)].flat();
    return () => { stops.forEach((stop) => stop()); page.abort(); };
  };
  begin("a")();
  begin("b");
  for (const id of ["update", "receipt-undo"]) root.querySelector(`#${id}`).click();
  assert.deepEqual(asked, ["update b", "undo b"]);
});
