import assert from "node:assert/strict";
import { test } from "node:test";

import { openPeople } from "../../../assets/auth/people.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { pageOf } from "../nodes.mjs";

const soon = () => new Promise((done) => { setImmediate(done); });
const person = (name, more = {}) => ({ person_id: name, name, role: "viewer", origin: "password", seen_at: 0, ...more });
const invite = (name) => ({ invite_id: name, role: "viewer", is_open: true, is_for_many: false, num_used: 0, expires_at: 9e9, author: name });

/** The dialog of four people and two invites; `answers` are those of the server to what is changed. */
async function scene(answers = {}) {
  const root = pageOf(["toast-errors", "toast-host"]);
  const { querySelector } = document;
  document.querySelector = (selector) => (selector.startsWith(".rail") ? null : querySelector(selector));
  globalThis.location = { href: "http://here/", origin: "http://here" };
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800 });
  const told = { "/api/people": { people: [person("Me", { is_me: true }), person("Ada"), person("Bo"), person("Cy")], has_invites: true }, "/api/invites": { invites: [invite("Ada"), invite("Bo")] } };
  const change = async () => (answers.change ? answers.change() : {});
  await openPeople({ json: async (path, options) => (options ? change() : told[path]), post: change });
  const labelled = (label) => root.querySelectorAll("button").find((each) => each.getAttribute("aria-label") === label);
  async function remove(name) {
    const button = labelled(`Remove ${name}`);
    button.focus();
    button.click();
    await soon();
    root.querySelectorAll("dialog form").at(-1).fire("submit");
    await soon();
  }
  return { root, remove, dialog: root.querySelector(".people-dialog"), toasts: () => root.querySelector("#toast-errors").textContent };
}

const focused = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent;

test("after somebody is removed the focus is on the same button of the next one", async () => {
  const { remove, dialog } = await scene();
  await remove("Bo");
  assert.equal(focused(), "Remove Cy");
  await remove("Cy");
  assert.equal(focused(), "Remove Ada");
  await remove("Ada");
  assert.ok(document.activeElement.parent && dialog.contains(document.activeElement), "in the dialog still");
});

test("after an invite is revoked the focus is on the next one, then on making another", async () => {
  const { root } = await scene();
  for (const expected of [/^Revoke the link for /, /^Make a link$/]) {
    const button = root.querySelectorAll("button").find((each) => each.textContent === "Revoke");
    button.focus();
    button.click();
    await soon();
    assert.match(focused(), expected);
    assert.ok(root.contains(document.activeElement), "which is in the page");
  }
});

test("what fails is said in the dialog, and once that is closed in a toast", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { dialog, toasts, root } = await scene({ change: async () => { throw new ApiError({ message: "Bo is an admin by now.", status: 422 }); } });
  const role = root.querySelector("select");
  role.choose("trainer");
  await soon();
  assert.match(dialog.querySelector(".field-error").textContent, /^Bo is an admin/);
  role.choose("trainer");
  dialog.close();
  await soon();
  assert.match(toasts(), /Bo is an admin/);
});
