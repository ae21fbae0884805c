import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { mountProjectsPage } from "../../../assets/projects/page.mjs";
import { pageOf } from "../nodes.mjs";

const CARD = { project_id: "p1", name: "Round things", href: "/?project=p1", dataset_name: "Quick, Draw!", num_samples: 4500, num_named: 0, num_classes: 0, num_runs: 1, is_archived: false, frame_url: null, colors: [] };
const LEARNING = { kind: "pretrain", number: 0, state: "running", last_epoch: 28, num_epochs: 60, time_left_s: 360 };

/** The page with one card, what it asked of the server, and a hand that brings the answer. */
function stage(card) {
  const root = pageOf({ "projects-grid": "", "projects-new": "", "projects-no-active": "", "projects-no-archived": "", "projects-no-match": "", "projects-search": "" });
  const field = document.createElement("input");
  field.id = "projects-find";
  const search = root.querySelector("#projects-search");
  search.dataset.from = "7";
  search.append(field);
  const asked = [];
  let answer = null;
  globalThis.window = { dash_clientside: { set_props: (id) => asked.push(id) }, lodemapBridge: { provide() {} } };
  globalThis.IntersectionObserver = class { observe() {} disconnect() {} };
  globalThis.MutationObserver = class { constructor(heard) { answer = heard; } observe() {} disconnect() {} };
  const tell = (next) => { root.querySelector("#projects-grid").dataset.shelf = JSON.stringify({ view: "active", cards: [next] }); };
  tell(card);
  const page = mountProjectsPage(root, new AbortController().signal);
  return { page, asked, node: () => root.querySelector(".project-card"), hear(next) { tell(next); answer(); } };
}

/** All that waits for the answer of the server is done. */
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

test("while something is learned the page asks for that alone, and writes into the card that is there", async (context) => {
  mock.timers.enable({ apis: ["setInterval"] });
  context.after(() => mock.timers.reset());
  const card = { ...CARD, frame_url: "/api/runs/r/frames/0-1" };
  const { page, asked, node, hear } = stage({ ...card, learning: LEARNING });
  const addresses = [];
  let learning = { p1: { ...LEARNING, last_epoch: 29, time_left_s: 350 } };
  globalThis.fetch = async (address) => { addresses.push(address); return { ok: true, json: async () => learning }; };
  const before = node();
  mock.timers.tick(4000);
  await settled();
  assert.deepEqual([addresses, asked], [["/api/learning"], []]);
  assert.equal(node(), before, "no menu of it closes");
  assert.match(before.textContent, /pretraining, 30 of 60, 6 min left$/);
  learning = {};
  mock.timers.tick(4000);
  await settled();
  assert.deepEqual(asked, ["shell-refresh"], "it has ended: how much there is, is another");
  hear({ ...card, learning: null });
  mock.timers.tick(8000);
  assert.equal(addresses.length, 2, "nothing is learned any more");
  page.destroy();
});
