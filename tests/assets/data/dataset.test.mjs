import assert from "node:assert/strict";
import { test } from "node:test";

import { mountDataset } from "../../../assets/data/dataset.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const IDS = ["preview", "preview-note", "again", "view", "shape", "balance", "balance-legend", "thin", "samples", "named", "held", "classes"];
const DATASET = { dataset_id: "d", num_samples: 2, class_names: ["fig"], kind: "image", sample_shape: [8, 8], sheet: { per_sheet: 2, columns: 2 } };
const TABLE = Uint8Array.from([0, 0, 0, 0, 0, 1]).buffer;
const SIZES = { newest: 1, every: 2, data: 3, newest_gone: 0, every_gone: 0 };
const soon = () => new Promise((done) => { setImmediate(done); });

/** The card of a data set; each state is what `answers` says in turn: a number named, or an error. */
function scene(...answers) {
  const root = pageOf(IDS.map((name) => `set-${name}`));
  root.querySelector("#set-view").append(...["class", "random"].map((value) => Object.assign(document.createElement("button"), { value })));
  root.querySelectorAll("#set-view button").forEach((each) => { each.dataset.value = each.value; });
  const needing = document.createElement("li");
  needing.setAttribute("data-needs-map", "true");
  const link = document.createElement("a");
  link.setAttribute("href", "/predictions.csv");
  needing.append(link);
  root.append(needing);
  for (const name of ["IntersectionObserver", "ResizeObserver", "MutationObserver"]) globalThis[name] = class { observe() {} unobserve() {} disconnect() {} };
  globalThis.Audio = class { addEventListener() {} pause() {} };
  const errors = [];
  const held = [];
  const api = {
    async state() {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (typeof answer === "function") await new Promise((go) => { held.push(go); });
      return { project: { dataset_id: "d" }, classes: [], num_named: typeof answer === "function" ? answer() : answer, head: {} };
    },
    dataset: async () => DATASET, samples: async () => TABLE, json: async () => SIZES,
  };
  const part = mountDataset({ root, projectId: "p", api: { within: () => api }, onError: (error) => errors.push(error.message) });
  const words = (name) => root.querySelector(`#set-${name}`).textContent;
  return { part, link, errors, held, words, place: root.querySelector("#set-preview") };
}

test("until a data set is read its cards say so, and no map is offered; a lost read comes by itself", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { part, link, errors, words, place } = scene(new ApiError({ message: "Connection lost." }), 7);
  assert.deepEqual([words("preview"), words("balance"), link.hasAttribute("href")], ["Reading the data set", "Reading the classes", false]);
  assert.equal(await part.refresh(), false);
  assert.deepEqual([words("preview"), errors], ["Reading the data set", []]);
  mock.timers.tick(500);
  await soon();
  assert.deepEqual([words("named"), words("samples"), link.getAttribute("href")], ["7", "2", "/predictions.csv"]);
  assert.equal(place.querySelectorAll(".unread").length, 0);
  part.stop();
});

test("a refused read is told once, and can be tried again from where the pictures would be", async () => {
  const { part, link, errors, words, place } = scene(new ApiError({ message: "Broken.", status: 500 }), 7);
  await part.refresh();
  assert.deepEqual([errors, words("balance"), link.hasAttribute("href")], [["Broken."], "", false]);
  buttonOf(place, "Try again").click();
  assert.equal(words("preview"), "Reading the data set");
  await soon();
  assert.equal(words("named"), "7");
});

test("of two readings the newer one counts, also where it is answered first", async () => {
  const { part, held, words } = scene(() => 1, 2);
  const older = part.refresh();
  await part.refresh();
  held[0]();
  await older;
  assert.equal(words("named"), "2");
});
