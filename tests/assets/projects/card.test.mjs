import assert from "node:assert/strict";
import { test } from "node:test";

import { actsOf, createCard, learningWords, tellLearning } from "../../../assets/projects/card.mjs";
import { el } from "../../../assets/parts/elements.mjs";
import { emptyOf, lookOf } from "../../../assets/projects/page.mjs";
import { pageOf } from "../nodes.mjs";

const CARD = { project_id: "p1", name: "Round things", href: "/?project=p1", dataset_name: "Quick, Draw!", num_samples: 4500, num_named: 612, num_classes: 9, num_runs: 1, is_archived: false };

function drawn(card = CARD) {
  pageOf({});
  const visited = [];
  const node = createCard(card, { preview: el("div"), visit: (href) => visited.push(href), choose() {} });
  return { node, visited };
}

function click(link, held = {}) {
  const event = Object.assign(new Event("click", { cancelable: true }), { button: 0, ...held });
  link.dispatchEvent(event);
  return event.defaultPrevented;
}

test("a card says what is named and learned", () => {
  const { textContent } = drawn().node;
  for (const words of ["Round things", "Quick, Draw! · 4,500 samples", "612 of 4,500 named", "9 classes · 1 run"]) assert.ok(textContent.includes(words), words);
  assert.ok(drawn({ ...CARD, num_classes: 1, num_runs: 0 }).node.textContent.includes("1 class · 0 runs"));
});

const LEARNING = { kind: "pretrain", number: 0, state: "running", last_epoch: 28, num_epochs: 60, time_left_s: 360 };

test("a card says what is learned, and for how long, until it is done", () => {
  assert.equal(learningWords(LEARNING), "pretraining, 29 of 60, 6 min left");
  assert.equal(learningWords({ ...LEARNING, kind: "fine_tune", number: 3, time_left_s: null }), "run 3, 29 of 60");
  assert.equal(learningWords({ ...LEARNING, state: "queued" }), "pretraining waits");
  const { node } = drawn({ ...CARD, learning: LEARNING });
  const told = node.querySelector(".project-told");
  assert.equal(told.textContent, "pretraining, 29 of 60, 6 min left");
  tellLearning(node, { ...CARD, learning: null });
  assert.equal(told.textContent, "9 classes · 1 run");
});

test("a card that learns is the same from epoch to epoch, and another once it has a map or is done", () => {
  const bare = lookOf({ ...CARD, frame_url: null, learning: LEARNING });
  const first = lookOf({ ...CARD, frame_url: "/api/runs/a/frames/1-1", learning: LEARNING }, bare);
  assert.deepEqual([bare.frame_url, first.frame_url, "learning" in first], [null, "/api/runs/a/frames/1-1", false]);
  assert.deepEqual(lookOf({ ...CARD, frame_url: "/api/runs/a/frames/1-2", learning: { ...LEARNING, last_epoch: 29 } }, first), first);
  assert.equal(lookOf({ ...CARD, frame_url: "/api/runs/b/frames/1-1", learning: LEARNING }, first).frame_url, "/api/runs/b/frames/1-1", "the map is another run's");
  assert.equal(lookOf({ ...CARD, frame_url: "/api/runs/a/frames/1-3", learning: null }, first).frame_url, "/api/runs/a/frames/1-3");
});

test("a click stays in the app, and one that means another tab does not", () => {
  const { node, visited } = drawn();
  const link = node.querySelector(".card-link");
  assert.equal(link.getAttribute("href"), "/?project=p1");
  assert.deepEqual([click(link), click(link, { ctrlKey: true }), click(link, { shiftKey: true }), click(link, { button: 1 })], [true, false, false, false]);
  assert.deepEqual(visited, ["/?project=p1"]);
});

test("archived projects can be brought back, and not copied", () => {
  assert.deepEqual(actsOf(CARD), ["rename", "duplicate", "archive", "delete"]);
  assert.deepEqual(actsOf({ ...CARD, is_archived: true }), ["rename", "restore", "delete"]);
});

test("an empty grid says why it is empty", () => {
  assert.equal(emptyOf({ view: "active", cards: [] }, 0), "no-active");
  assert.equal(emptyOf({ view: "archived", cards: [] }, 0), "no-archived");
  assert.equal(emptyOf({ view: "active", cards: [CARD] }, 0), "no-match");
  assert.equal(emptyOf({ view: "active", cards: [CARD] }, 1), "");
});
