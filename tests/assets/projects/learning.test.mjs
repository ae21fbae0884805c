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

test("while something is learned the page asks on, and writes into the card that is there", (context) => {
  mock.timers.enable({ apis: ["setInterval"] });
  context.after(() => mock.timers.reset());
  const { page, asked, node, hear } = stage({ ...CARD, learning: LEARNING });
  const before = node();
  mock.timers.tick(4000);
  assert.deepEqual(asked, ["shell-refresh"]);
  hear({ ...CARD, learning: { ...LEARNING, last_epoch: 29, time_left_s: 350 } });
  assert.equal(node(), before, "no menu of it closes");
  assert.match(before.textContent, /pretraining, 30 of 60, 6 min left$/);
  hear({ ...CARD, learning: null });
  mock.timers.tick(8000);
  assert.equal(asked.length, 1, "nothing is learned any more");
  page.destroy();
});
