import assert from "node:assert/strict";
import { test } from "node:test";

import { mountNames, sendingWords } from "../../../assets/data/names.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

test("how far a file of names is", () => {
  assert.equal(sendingWords({ sent: 1_200_000, size: 8_000_000 }), "1.2 of 8.0 MB sent");
  assert.equal(sendingWords({ sent: 0, size: 900 }), "0.0 of 0.9 kB sent");
  assert.equal(sendingWords({ sent: 900, size: 900 }), "Sent; the names are being read.");
  assert.equal(sendingWords({ sent: 900, size: 900, isSaving: true }), "Sent; the names are being saved.");
});

const FOUND = { num_added: 2, num_same: 0, num_conflicts: 0, num_unknown: 0, unknown: [], changes: [] };
const soon = () => new Promise((resolve) => setImmediate(resolve));

const scene = (mock, ...answers) => sceneOf(mock, FOUND, ...answers);

/** A page with a file of names that was looked at; `answers` are those to what is sent next. */
async function sceneOf(mock, preview, ...answers) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const root = pageOf(["data-names-drop", "data-names-found"]);
  const [drop, found] = root.children;
  drop.append(document.createElement("button"));
  const [told, sent] = [[], []];
  const requests = [];
  globalThis.XMLHttpRequest = class { upload = {}; constructor() { requests.push(this); } open() {} setRequestHeader() {} send() {} abort() {} };
  const api = { async json(path, { by, ...init }) { sent.push(path.split("?")[0].split("/").at(-1)); by(path, init).catch(() => {}); const answer = answers.shift(); if (answer instanceof Error) throw answer; return answer; } };
  answers.unshift(preview);
  const tell = (word) => (...given) => told.push([word, ...given.map((each) => each?.message ?? each)]);
  mountNames({ root, projectId: "p", api, onLooked: tell("looked"), onDone: tell("done"), onUnsure: tell("unsure"), onError: tell("error") });
  drop.fire("drop", { dataTransfer: { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => null, getAsFile: () => new File(["x".repeat(100)], "names.csv") }] } });
  await soon();
  const pressed = (words) => buttonOf(found, words);
  return { drop, found, told, sent, requests, pressed, press: (words) => pressed(words).click() };
}

test("where the answer is lost nobody says that nothing was saved: it is looked at anew", async ({ mock }) => {
  const { told, sent, pressed, press } = await scene(mock, new ApiError({ message: "Connection lost." }), { ...FOUND, num_added: 0, num_same: 2 });
  press("Name 2 samples");
  await soon();
  assert.deepEqual(sent, ["annotation-files", "apply", "annotation-files"]);
  assert.deepEqual(told, [["looked"], ["unsure"], ["error", "The answer was lost on its way. Look whether it was saved, then try again.", "names.csv"]]);
  assert.equal(pressed("Nothing to name").disabled, true);
  assert.ok(document.activeElement === pressed("Cancel"), "what is disabled takes no focus");
});

test("what is refused may be tried again as it was", async ({ mock }) => {
  const { told, sent, pressed, press } = await scene(mock, new ApiError({ message: "The disk is full.", status: 507 }));
  press("Name 2 samples");
  await soon();
  assert.deepEqual([sent, told.at(-1)], [["annotation-files", "apply"], ["error", "The disk is full.", "names.csv"]]);
  assert.ok(pressed("Name 2 samples"));
});

test("after a refusal the names of the file are still taken where that was chosen", async ({ mock }) => {
  const { pressed, press } = await sceneOf(mock, { ...FOUND, num_conflicts: 3 }, new ApiError({ message: "The disk is full.", status: 507 }));
  press("Take the file's");
  press("Name 5 samples");
  await soon();
  assert.ok(pressed("Name 5 samples"));
  assert.equal(pressed("Take the file's").getAttribute("aria-checked"), "true");
});

test("what is sent as a whole is saved: it can be cancelled only before", async ({ mock }) => {
  const { requests, pressed, press } = await scene(mock, new Promise(() => {}));
  press("Name 2 samples");
  assert.equal(pressed("Cancel").hidden, false);
  requests.at(-1).upload.onload();
  assert.equal(pressed("Cancel").hidden, true);
});

test("the focus goes along while names are sent: to what is said, and to the button once that is gone", async ({ mock }) => {
  let answer;
  const { drop, found, requests, pressed, press } = await scene(mock, new Promise((resolve) => { answer = resolve; }));
  assert.equal(document.activeElement, pressed("Name 2 samples"));
  press("Name 2 samples");
  const words = found.querySelector("[role=status]");
  assert.equal(document.activeElement, words);
  pressed("Cancel").focus();
  requests.at(-1).upload.onload();
  assert.equal(document.activeElement, words, "Cancel is hidden");
  answer({});
  await soon();
  assert.equal(document.activeElement, drop.querySelector("button"));
});

test("a focus that is elsewhere stays there while names are sent", async ({ mock }) => {
  const { requests, press } = await scene(mock, new Promise(() => {}));
  document.activeElement = document.body;
  press("Name 2 samples");
  requests.at(-1).upload.onload();
  assert.equal(document.activeElement, document.body);
});
