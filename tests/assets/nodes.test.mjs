// The nodes that other tests stand on do as a browser's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { el } from "../../assets/parts/elements.mjs";
import { buttonOf, pageOf } from "./nodes.mjs";

test("selectors: tags, ids, classes, attributes, what lies below, lists, and no others", () => {
  const root = pageOf({ list: "chip" });
  const button = el("button", { class: "btn wide", "data-least-spread": "2" }, ["Undo", el("kbd", {}, "Z")]);
  root.querySelector("#list").append(button);
  for (const selector of ["button", ".wide.btn", "#list button", 'main [data-least-spread="2"]', "select, button", "button:not([hidden])"]) assert.equal(root.querySelector(selector), button, selector);
  for (const selector of ["#list #list", ".bt", '[data-least-spread="3"]', "kbd button", "button[hidden]", "button:hover"]) assert.equal(root.querySelector(selector), null, selector);
  assert.throws(() => root.querySelector("#list > button"), /do not know/);
  assert.throws(() => root.querySelector("button:checked"), /do not know/);
  assert.equal(button.dataset.leastSpread, "2");
  assert.equal(button.querySelector("kbd").closest("#list").id, "list");
  assert.equal(buttonOf(root, "UndoZ"), button);
});

test("a node is in one place, and what is taken out has none", () => {
  const root = pageOf(["a", "b"]);
  const [a, b, node] = [...root.children, el("i")];
  a.append(node);
  b.append("words", node);
  assert.deepEqual([a.children, b.textContent], [[], "words"]);
  b.before(el("p", {}, "1"), el("p", {}, "2"));
  a.after(el("p", {}, "0"));
  assert.equal(root.querySelectorAll("p").map((each) => each.textContent).join(""), "012");
  b.replaceChildren();
  assert.deepEqual([node.parentNode, root.contains(node)], [null, false]);
});

test("events bubble until one stops them, and a disabled button hears no click", () => {
  const root = pageOf(["outer"]);
  const heard = [];
  const button = el("button", { onclick: () => heard.push("button") });
  const outer = root.querySelector("#outer");
  outer.append(button);
  outer.addEventListener("click", (event) => { heard.push(event.target === button ? "outer" : "?"); if (heard.length > 2) event.stopPropagation(); });
  root.addEventListener("click", () => heard.push("page"));
  button.click();
  button.click();
  assert.deepEqual(heard, ["button", "outer", "page", "button", "outer"]);
  button.disabled = true;
  button.click();
  assert.equal(heard.length, 5);
});

test("what a field holds is its attribute, until somebody types or chooses", () => {
  pageOf();
  const [text, box] = [el("input", { value: "a" }), el("input", { checked: true })];
  const select = el("select", {}, ["x", "y"].map((each) => el("option", { value: each, selected: each === "y" })));
  assert.deepEqual([text.value, box.checked, select.value], ["a", true, "y"]);
  text.type("b");
  box.checked = false;
  select.choose("x");
  assert.deepEqual([text.value, box.checked, select.value], ["b", false, "x"]);
  select.choose("no option");
  assert.equal(select.value, "");
});
