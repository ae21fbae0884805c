// Whether a page may wait to be rung.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createBell } from "../../../assets/shell/bell.mjs";

test("a bell is trusted from when it was heard until it is cut", () => {
  const bell = createBell();
  assert.equal(bell.isTrusted(), false);
  bell.ring();
  assert.equal(bell.isTrusted(), true);
  bell.cut();
  assert.equal(bell.isTrusted(), false);
});

test("news that was rung for, or asked for, is what a bell is for; any other takes the trust away", () => {
  for (const [way, isTrusted] of [["ring", true], ["await", true], [null, false]]) {
    const bell = createBell();
    bell.ring();
    bell.look()(true);
    if (way) bell[way]();
    bell.look()(true);
    assert.equal(bell.isTrusted(), isTrusted, `${way}`);
  }
});

test("one ring stands for one look, and one that brings nothing says nothing against the bell", () => {
  const bell = createBell();
  bell.ring();
  bell.look()(true);
  bell.look()(false);
  assert.equal(bell.isTrusted(), true);
  bell.look()(true);
  assert.equal(bell.isTrusted(), false);
});

test("who rings while a page looks may have rung for what it finds, and has the next look too", () => {
  const bell = createBell();
  const looked = bell.look();
  bell.ring();
  looked(true);
  bell.look()(true);
  assert.equal(bell.isTrusted(), true);
});

test("asking alone does not make a bell that was never heard be trusted", () => {
  const bell = createBell();
  bell.await();
  bell.look()(true);
  assert.equal(bell.isTrusted(), false);
});
