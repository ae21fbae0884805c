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

/** The members of a project that is for Ada, Bo and Cy; what is sent is answered by the test, in its turn. */
async function members() {
  const root = pageOf(["toast-errors", "toast-host"]);
  const { querySelector } = document;
  const rail = { href: "http://here/?project=p" };
  document.querySelector = (selector) => (selector.startsWith(".rail") ? rail : querySelector(selector));
  globalThis.location = { href: "http://here/?project=p", origin: "http://here" };
  const told = { "/api/people": { people: [person("Ada"), person("Bo"), person("Cy")], has_invites: false }, "/api/projects/p/members": { is_closed: true, person_ids: ["Ada", "Bo", "Cy"], version: "v0" } };
  const sent = [];
  const post = (path, body) => new Promise((answer, refuse) => { sent.push({ body, answer, refuse }); });
  await openPeople({ json: async (path) => told[path], post });
  const box = (name) => root.querySelector(`#member-${name}`);
  const tick = (name, isIn) => { box(name).checked = isIn; box(name).fire("change"); };
  const answer = async (nth, version, ...ids) => { sent[nth].answer({ is_closed: true, person_ids: ids, version }); await soon(); };
  return { root, told, sent, tick, answer, ticked: () => ["Ada", "Bo", "Cy"].filter((name) => box(name).checked), bodies: () => sent.map(({ body }) => body) };
}

test("members ticked in a row go out one after the other, each on what the last one left, and no box goes back", async () => {
  const { tick, answer, ticked, bodies } = await members();
  tick("Ada", false);
  tick("Bo", false);
  await soon();
  assert.deepEqual(bodies(), [{ version: "v0", remove: ["Ada"] }]);
  await answer(0, "v1", "Bo", "Cy");
  assert.deepEqual([bodies()[1], ticked()], [{ version: "v1", remove: ["Bo"] }, ["Cy"]]);
  await answer(1, "v2", "Cy");
  assert.deepEqual(ticked(), ["Cy"]);
});

test("a box keeps its tick, and the focus, while it is on its way and the people are drawn anew", async () => {
  const { root, told, sent, tick, answer, ticked } = await members();
  tick("Ada", false);
  await soon();
  root.querySelector("#member-Bo").focus();
  root.querySelector("#role-Cy").choose("trainer");
  await soon();
  sent[1].answer({});
  await soon();
  assert.deepEqual(ticked(), ["Bo", "Cy"]);
  assert.equal(document.activeElement, root.querySelector("#member-Bo"));
  told["/api/projects/p/members"] = { is_closed: true, person_ids: ["Bo", "Cy"], version: "v1" };
  await answer(0, "v1", "Bo", "Cy");
  assert.deepEqual(ticked(), ["Bo", "Cy"]);
});

test("what was ticked before somebody else's change was heard of brings nobody back", async () => {
  const { root, told, sent, tick, answer, ticked, bodies } = await members();
  tick("Ada", false);
  tick("Bo", false);
  await soon();
  told["/api/projects/p/members"] = { is_closed: true, person_ids: ["Ada", "Bo"], version: "v5" };
  sent[0].refuse(new ApiError({ message: "Somebody has changed this meanwhile.", status: 409 }));
  await soon();
  assert.deepEqual([sent.length, ticked()], [1, ["Ada", "Bo"]]);
  assert.match(root.querySelector(".field-error").textContent, /^Somebody has changed/);
  tick("Bo", false);
  await soon();
  assert.deepEqual(bodies()[1], { version: "v5", remove: ["Bo"] });
  await answer(1, "v6", "Ada");
  assert.deepEqual(ticked(), ["Ada"]);
});
