import assert from "node:assert/strict";
import { test } from "node:test";

import { stillWanted } from "../../../assets/parts/stillwanted.mjs";

const pressed = (type, more = {}) => Object.assign(new Event(type), more);

function ask({ signal = null, isBusy = false } = {}) {
  const events = new EventTarget();
  return { events, isWanted: stillWanted(signal, { events, isBusy: () => isBusy }) };
}

test("what was asked for may open where nobody did anything else", () => {
  const { events, isWanted } = ask();
  events.dispatchEvent(pressed("keydown", { key: "Tab" }));
  events.dispatchEvent(pressed("keydown", { key: "Enter", repeat: true }));
  assert.equal(isWanted(), true);
});

test("not after another press, a key that acts, or where a dialog is open", () => {
  for (const event of [pressed("pointerdown"), pressed("keydown", { key: "Escape" }), pressed("keydown", { key: "Enter" })]) {
    const { events, isWanted } = ask();
    events.dispatchEvent(event);
    assert.equal(isWanted(), false);
  }
  assert.equal(ask({ isBusy: true }).isWanted(), false);
});

test("pressing the same button again is nothing else", () => {
  const events = new EventTarget();
  const isWanted = stillWanted(null, { own: { contains: (node) => node === events }, events, isBusy: () => false });
  events.dispatchEvent(pressed("pointerdown"));
  assert.equal(isWanted(), true);
});

test("not after its page has gone", () => {
  const page = new AbortController();
  const { isWanted } = ask({ signal: page.signal });
  page.abort();
  assert.equal(isWanted(), false);
});
