import assert from "node:assert/strict";
import { test } from "node:test";

import { ignoreStraying } from "../../../assets/parts/straying.mjs";
import { pageOf } from "../nodes.mjs";

/** A bar that hears clicks, and a hand that presses it at (100, 100), goes along `path` and lets go. */
function stage() {
  const bar = pageOf(["bar"]).querySelector("#bar");
  let clicks = 0;
  const ended = new AbortController();
  ignoreStraying(bar, ended.signal);
  bar.addEventListener("click", () => { clicks += 1; });
  const onPage = (kind, [clientX, clientY]) => document.dispatchEvent(Object.assign(new Event(kind), { clientX, clientY }));
  function press(...path) {
    bar.fire("pointerdown", { clientX: 100, clientY: 100 });
    for (const at of path) onPage("pointermove", at);
    onPage("pointerup", path.at(-1) ?? [100, 100]);
    bar.fire("click", { detail: 1 });
  }
  return { bar, ended, press, onPage, clicks: () => clicks };
}

test("a lasso that begins and ends on a button presses nothing; the next press does, and so does a shaky one", () => {
  const { press, clicks } = stage();
  press([140, 100], [140, 160], [100, 100]);
  assert.equal(clicks(), 0);
  press();
  press([103, 102]);
  assert.equal(clicks(), 2);
});

test("where the pointer goes between two presses means nothing, and a key presses always", () => {
  const { bar, press, onPage, clicks } = stage();
  press();
  onPage("pointermove", [900, 900]);
  press();
  press([900, 900]);
  bar.fire("click", { detail: 0 });
  assert.equal(clicks(), 3);
});

test("once its page is left a bar hears no presses any more", () => {
  const { ended, press, clicks } = stage();
  ended.abort();
  press([900, 900]);
  assert.equal(clicks(), 1);
});
