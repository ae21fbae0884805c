import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";

import { allows, CONTROLS, KEYS, keepRole, needOfKey, passes, roleOf, selectorsOf, whyNot } from "../../../assets/shell/rights.mjs";
import { pageOf } from "../nodes.mjs";

const ROOT = new URL("../../../", import.meta.url).pathname;
const textOf = (folder, ends) => readdirSync(`${ROOT}${folder}`, { recursive: true })
  .map((name) => `${ROOT}${folder}/${name}`)
  .filter((path) => path.endsWith(ends) && !path.includes("rights.mjs") && statSync(path).isFile())
  .map((path) => readFileSync(path, "utf8")).join("\n");

test("a role may what those below it may; without roles everything is allowed", () => {
  assert.equal(allows("trainer", null), true);
  assert.deepEqual(["viewer", "annotator", "trainer", "admin"].map((role) => allows("annotator", role)), [false, true, true, true]);
  assert.equal(allows("admin", "trainer"), false);
  assert.equal(roleOf({ dataset: {} }), null);
  assert.equal(roleOf({ dataset: { role: "viewer" } }), "viewer");
  assert.equal(roleOf({ dataset: { role: "root" } }), null);
});

test("what is not allowed says why in one sentence", () => {
  assert.equal(whyNot("annotator", "viewer"), "You are a viewer here; naming, moving, commenting and presenting take the role annotator.");
  assert.match(whyNot("admin", "annotator"), /^You are an annotator here; .* admin\.$/);
  assert.equal(whyNot("annotator", "trainer"), "");
});

test("keys that change something are known by their group or label, and exist", () => {
  assert.equal(needOfKey({ label: "Name the selection", group: "Name" }), "annotator");
  assert.equal(needOfKey({ label: "Update: learn", group: "Teach" }), "trainer");
  assert.equal(needOfKey({ label: "Fit all points", group: "See" }), null);
  const scripts = textOf("assets", ".mjs");
  for (const { groups, labels } of Object.values(KEYS)) {
    for (const word of [...groups, ...labels]) assert.ok(scripts.includes(`"${word}"`) || scripts.includes(word), word);
  }
});

test("on what is denied keys lead on, and a list shows no other choice", () => {
  pageOf();
  const [select, button] = ["select", "button"].map((tag) => document.createElement(tag));
  const passing = (target, ...keys) => keys.filter((key) => passes({ key, target, ctrlKey: false, metaKey: false }));
  const keys = ["Tab", "Escape", "ArrowDown", "ArrowLeft", "Home", "End", "PageUp", "PageDown", "g", " ", "Enter", "F4"];
  assert.deepEqual(passing(button, ...keys), ["Tab", "Escape", "ArrowDown", "ArrowLeft"]);
  assert.deepEqual(passing(select, ...keys), ["Tab", "Escape"]);
  const held = (key) => passes({ key, target: select, ctrlKey: true, metaKey: false });
  assert.deepEqual(["r", "ArrowDown", "End"].map(held), [true, false, false]);
});

test("each control that is named exists somewhere", () => {
  const sources = textOf("assets", ".mjs") + textOf("components", ".py");
  const names = Object.keys(CONTROLS).flatMap(selectorsOf).flatMap((selector) => [...selector.matchAll(/[#.]([a-z][a-z-]+)/g)].map(([, name]) => name));
  const missing = names.filter((name) => !new RegExp(`["'\` ]${name}["'\` $]`).test(sources) && !["first-of-type", "not"].includes(name));
  assert.deepEqual(missing, []);
});

test("another role makes the page anew, once", () => {
  globalThis.document = { documentElement: { dataset: { role: "viewer" } } };
  let times = 0;
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const place = { reload: () => { times += 1; } };
  keepRole({ is_person: true, role: "viewer" }, { place, storage });
  keepRole({ is_person: false, role: "admin" }, { place, storage });
  assert.equal(times, 0);
  keepRole({ is_person: true, role: "trainer" }, { place, storage });
  keepRole({ is_person: true, role: "trainer" }, { place, storage });
  assert.equal(times, 1);
  delete globalThis.document;
});
