import assert from "node:assert/strict";
import { test } from "node:test";

import { caps, createKeys, expand, grouped, isSilent, keyName } from "../../../assets/shell/keys.mjs";

const pressed = (key, held = {}) => keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const element = (...selectors) => ({ matches: (asked) => selectors.some((each) => asked.split(", ").includes(each)), isContentEditable: false });

test("keyName: letters are lower case, Cmd counts as Ctrl, Shift only where it means something", () => {
  assert.equal(pressed("Z", { metaKey: true, shiftKey: true }), "ctrl+shift+z");
  assert.equal(pressed("z", { ctrlKey: true }), "ctrl+z");
  assert.equal(pressed("?", { shiftKey: true }), "?");
  assert.equal(pressed("Enter", { shiftKey: true }), "shift+Enter");
});

test("keyName: a sign that is reached with AltGr, or Option on a Mac, is named by itself", () => {
  const altGr = { ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" };
  assert.equal(pressed("[", altGr), "[");
  assert.equal(keyName({ key: "]", ctrlKey: false, metaKey: false, altKey: true, shiftKey: false }, true), "]");
  assert.equal(keyName({ key: "]", ctrlKey: false, metaKey: false, altKey: true, shiftKey: false }, false), "alt+]");
  assert.equal(keyName({ key: "[", ctrlKey: false, metaKey: true, altKey: true, shiftKey: false }, true), "ctrl+alt+[");
  assert.equal(pressed("z", altGr), "ctrl+alt+z", "a letter stays what it was");
  assert.equal(pressed("ArrowLeft", { altKey: true }), "alt+ArrowLeft");
});

test("expand: a range stands for each of its digits", () => {
  assert.deepEqual(expand("1…3"), ["1", "2", "3"]);
  assert.deepEqual(expand("ctrl+z"), ["ctrl+z"]);
});

test("caps: what the keycaps say", () => {
  assert.deepEqual(caps("ctrl+z"), ["Ctrl", "Z"]);
  assert.deepEqual(caps("1…9"), ["1", "to", "9"]);
  assert.deepEqual(caps("Escape"), ["Esc"]);
  assert.deepEqual(caps("+"), ["+"]);
  assert.deepEqual(caps("-++"), ["-", "+"]);
  assert.deepEqual(caps("shift+ArrowLeft+ArrowRight"), ["Shift", "←", "→"]);
});

test("isSilent: while typing, while a dialog is open, and Enter on a button", () => {
  const button = element("button");
  const field = element("textarea");
  assert.equal(isSilent(field, "u", false), true);
  assert.equal(isSilent(button, "Enter", false), true);
  assert.equal(isSilent(button, "u", false), false);
  assert.equal(isSilent(element(), "u", true), true);
  assert.equal(isSilent(null, "u", false), false);
});

test("grouped: in order of registration, hidden keys left out", () => {
  const entries = [
    { spec: "u", group: "Name" }, { spec: "?", group: "Page" },
    { spec: "0", group: "Name" }, { spec: "x", group: "Name", hidden: true },
  ];
  assert.deepEqual(grouped(entries).map(({ group, entries: list }) => [group, list.map((each) => each.spec)]), [["Name", ["u", "0"]], ["Page", ["?"]]]);
});

/** A document that keys can be pressed on. */
function keyboard() {
  const listeners = {};
  globalThis.document = {
    addEventListener: (kind, run) => (listeners[kind] ??= []).push(run),
    querySelector: () => null,
  };
  const fire = (kind, event) => listeners[kind].forEach((run) => run(event));
  const press = (key) => fire("keydown", { key, target: {}, preventDefault() {} });
  return { press, fire };
}

test("while something is held only its own keys act, and afterwards all do again", () => {
  const { press } = keyboard();
  const keys = createKeys();
  const told = [];
  let isHeld = true;
  keys.register("n", { label: "", group: "Name", run: () => told.push("n") });
  keys.register("Escape", { label: "", group: "Select", run: () => told.push("let go") });
  keys.register("Escape", { label: "", group: "Move", run: () => told.push("put back") });
  keys.register("Escape", { label: "", group: "Page", run: () => told.push("newest") });
  const undo = keys.hold("Move", () => isHeld);
  ["n", "Escape"].forEach(press);
  assert.deepEqual(told, ["put back"]);
  isHeld = false;
  ["n", "Escape"].forEach(press);
  assert.deepEqual(told.slice(1), ["n", "newest"]);
  isHeld = true;
  undo();
  press("n");
  assert.deepEqual(told.slice(3), ["n"]);
});

test("what is only mentioned is listed, and no key of the page", () => {
  const { press } = keyboard();
  const keys = createKeys();
  let heard = 0;
  keys.register("F2", { label: "", run: () => { heard += 1; } });
  const undo = keys.mention("F2", { label: "On a class: rename it", group: "Name" });
  assert.equal(keys.list().at(-1).label, "On a class: rename it");
  press("F2");
  assert.equal(heard, 1);
  undo();
  assert.equal(keys.list().length, 2);
});

test("a choice by the pointer gives the keys back to the page, one by the keys does not", () => {
  const { fire, press } = keyboard();
  createKeys();
  let blurred = 0;
  const select = { matches: (asked) => asked === "select", blur: () => { blurred += 1; } };
  fire("pointerdown", { target: select });
  fire("change", { target: select });
  assert.equal(blurred, 1);
  fire("pointerdown", { target: select });
  press("ArrowDown");
  fire("change", { target: select });
  assert.equal(blurred, 1);
});

test("Enter is a button's own where Tab led to it, and the page's after a press by the pointer", () => {
  const { fire } = keyboard();
  const keys = createKeys();
  let updates = 0;
  keys.register("Enter", { label: "", run: () => { updates += 1; } });
  const button = { ...element("button"), closest: () => button };
  const press = (key) => fire("keydown", { key, target: button, preventDefault() {} });
  press("Enter");
  assert.equal(updates, 0);
  fire("pointerdown", { target: button });
  press("Enter");
  assert.equal(updates, 1);
  press("Tab");
  press("Enter");
  assert.equal(updates, 1);
});

test("a key that an input method takes is none of the page's, also where only its code says so", () => {
  const { fire } = keyboard();
  const keys = createKeys();
  let updates = 0;
  keys.register("Enter", { label: "", run: () => { updates += 1; } });
  const press = (more) => fire("keydown", { key: "Enter", target: {}, preventDefault() {}, ...more });
  press({ isComposing: true });
  press({ isComposing: false, keyCode: 229 });
  assert.equal(updates, 0);
  press({ isComposing: false, keyCode: 13 });
  assert.equal(updates, 1);
});
