import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { followTakeaway } from "../../../assets/review/makings.mjs";
import { mountTakeaway } from "../../../assets/review/takeaway.mjs";
import { el } from "../../../assets/parts/elements.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const film = (state, done = 0) => ({ takeaway_id: "t", state, done });
const now = async () => {};
const soon = () => new Promise((done) => { setImmediate(done); });

/** A server that answers in turn: what it says of a film, or an error. */
function server(...answers) {
  const asked = [];
  return { asked, look: async (id) => { asked.push(id); const next = answers.shift(); if (next instanceof Error) throw next; return next; } };
}

test("a film whose progress could not be asked for once is still waited for, and saved", async () => {
  const { look, asked } = server(film("making", 0.3), new ApiError({ message: "Connection lost." }), film("making", 0.8), film("ready", 1));
  const seen = [];
  const ended = await followTakeaway(film("waiting"), { look, isWanted: () => true, onProgress: ({ done }) => seen.push(done), wait: now });
  assert.equal(ended.state, "ready");
  assert.deepEqual([asked.length, seen], [4, [0.3, 0.3, 0.8, 1]]);
});

test("one that was cancelled while its progress was on the way does not come back", async () => {
  let making = film("making");
  const look = async () => { making = null; return film("ready", 1); };
  const ended = await followTakeaway(making, { look, isWanted: (id) => making?.takeaway_id === id, onProgress: assert.fail, wait: now });
  assert.equal(ended, null);
});

test("a refusal ends the watch", async () => {
  const { look } = server(new ApiError({ message: "There is no such takeaway.", status: 404 }));
  await assert.rejects(followTakeaway(film("making"), { look, isWanted: () => true, onProgress: () => {}, wait: now }), /no such takeaway/);
});

/** A Review page with its button; every test has a project of its own, for a making outlives its page. */
function reviewPage() {
  const root = pageOf(["take-with-you", "toast-host", "toast-errors"]);
  root.querySelector("#take-with-you").append(el("span", { class: "word" }));
  return root;
}

/** A film that was asked for on a page that is left now, and is looked at again there. */
async function leftBehind(t, projectId) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const root = reviewPage();
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 800 });
  const saved = [];
  root.addEventListener("click", ({ target }) => { if (target.tag === "a") saved.push([target.getAttribute("href"), target.getAttribute("download")]); });
  let answer = film("making", 0.5);
  const cancelled = [];
  const json = async (path, init) => { if (init) cancelled.push(path); if (path.endsWith("/line")) return { runs: [] }; if (answer instanceof Error) throw answer; return answer; };
  const api = { post: async (path) => (path.endsWith("/forecast") ? { num_bytes: 1000, length_s: 1, num_kept: 2, notes: [] } : film("waiting")), json };
  const come = () => mountTakeaway({ state: createState({ projectId }), root, api, onError: assert.fail, onReadError: assert.fail });
  const leave = come();
  root.querySelector("#take-with-you").click();
  await soon();
  root.querySelector("dialog form").fire("submit");
  await soon();
  const look = async () => { t.mock.timers.tick(400); await soon(); };
  await look();
  leave();
  assert.equal(root.querySelector("dialog"), null);
  await look();
  t.after(() => root.querySelectorAll(".notice-toast .toast-close, .notice-toast .toast-act").forEach((each) => each.click()));
  return { root, saved, cancelled, come, look, ends: (how) => { answer = how; return look(); } };
}

test("what is being made when the page is left is saved on the next one, which says so", async (t) => {
  const { root, saved, ends } = await leftBehind(t, "saved");
  await ends({ ...film("ready", 1), name: "film.mp4", num_bytes: 1000, notes: [] });
  assert.deepEqual(saved, [["/api/takeaways/t/file", "film.mp4"]]);
  assert.match(root.querySelector("#toast-host").textContent, /film.mp4 is saved/);
});

test("what went wrong with it is said there too", async (t) => {
  const { root, ends } = await leftBehind(t, "wrong");
  await ends(new ApiError({ message: "There is no such takeaway.", status: 404 }));
  assert.match(root.querySelector("#toast-errors").textContent, /no such takeaway/);
});

test("whoever comes back finds how far it is, and can cancel it", async (t) => {
  const { root, saved, cancelled, come, look } = await leftBehind(t, "back");
  const leave = come();
  const button = root.querySelector("#take-with-you");
  assert.deepEqual([button.textContent, button.getAttribute("aria-label")], ["Being made, 50 %", "Being made, 50 %"]);
  button.click();
  await soon();
  const dialog = root.querySelector("dialog");
  assert.equal(dialog.querySelector("#take-forecast").textContent, "Making it: 50 %");
  buttonOf(dialog, "Cancel").click();
  assert.deepEqual([cancelled, button.textContent], [["/api/takeaways/t"], "Take with you"]);
  await look();
  assert.deepEqual(saved, []);
  leave();
});

test("why it failed stays in the open dialog", async (t) => {
  const { root, come, ends } = await leftBehind(t, "failed");
  const leave = come();
  root.querySelector("#take-with-you").click();
  await soon();
  await ends({ ...film("failed"), error: { message: "The disk is full." } });
  await ends(film("failed"));
  assert.equal(root.querySelector("dialog .field-error").textContent, "The disk is full.");
  leave();
});

test("pressed twice one is made; after a refusal another may be asked for", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const root = reviewPage();
  const [sent, cancelled] = [[], []];
  const post = (path, body) => new Promise((answer, refuse) => { if (!path.endsWith("/forecast")) sent.push({ body, answer, refuse }); });
  const json = async (path, init) => { if (init) cancelled.push(path); return { runs: [] }; };
  const leave = mountTakeaway({ state: createState({ projectId: "twice" }), root, api: { post, json }, onError: assert.fail, onReadError: assert.fail });
  root.querySelector("#take-with-you").click();
  await soon();
  const dialog = root.querySelector("dialog");
  const press = async () => { dialog.querySelector("form").fire("submit"); await soon(); };
  await press();
  await press();
  assert.equal(sent.length, 1);
  assert.deepEqual([dialog.querySelector("#take-forecast").textContent, buttonOf(dialog, "Make it").disabled], ["Asking for it…", true]);
  sent[0].refuse(new ApiError({ message: "The disk is full.", status: 507 }));
  await soon();
  assert.equal(dialog.querySelector(".field-error").textContent, "The disk is full.");
  await press();
  sent[1].answer(film("waiting"));
  await soon();
  await press();
  assert.equal(sent.length, 2, "while it is made no other");
  buttonOf(dialog, "Cancel").click();
  assert.deepEqual(cancelled, ["/api/takeaways/t"]);
  leave();
});
