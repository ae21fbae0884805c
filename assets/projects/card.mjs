// One project's card: its whole face is the link, the menu lies above it.
//
//   createCard(card, {preview, visit, choose}) -> <li>
//     card             a line of components/project_list.py's shelf
//   tellLearning(node, card)                       writes what is learned into a card that is there
//   learningWords(learning)                        "pretraining, 29 of 60, 6 min left" (pure)
//     preview          node of its small map
//     visit(href)      another page of the app
//     choose(act)      what is chosen in the menu
//   actsOf(card)       what the menu offers, in order (pure)

import { leftOf, many, num, samples } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { openMenu } from "../parts/menu.mjs";
import { epochOf, titleOf } from "../parts/runstates.mjs";

const ACTS = {
  rename: { icon: "pencil", label: "Rename" },
  duplicate: { icon: "copy", label: "Duplicate" },
  archive: { icon: "archive", label: "Archive" },
  restore: { icon: "undo", label: "Bring back" },
  delete: { icon: "trash", label: "Delete", isDanger: true },
};

export const actsOf = ({ is_archived: isArchived }) => (isArchived ? ["rename", "restore", "delete"] : ["rename", "duplicate", "archive", "delete"]);

export function learningWords(run) {
  const title = titleOf(run).toLowerCase();
  if (run.state === "queued") return `${title} waits`;
  return [title, `${epochOf(run)} of ${run.num_epochs}`, leftOf(run.time_left_s)].filter(Boolean).join(", ");
}

/** While something is learned that stands in the place of how much there is. */
export function tellLearning(node, { learning, num_classes: numClasses, num_runs: numRuns }) {
  const words = learning ? learningWords(learning) : `${many(numClasses, "class", "classes")} · ${many(numRuns, "run")}`;
  const told = node.querySelector(".project-told");
  if (told.textContent !== words) told.textContent = words;
}

/** Whether a click means this window, and not a new tab or a file. */
const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

export function createCard(card, { preview, visit, choose }) {
  const follow = (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    visit(card.href);
  };
  const label = `More for ${card.name}`;
  const offer = ({ currentTarget: button }) => {
    const { right, top, bottom } = button.getBoundingClientRect();
    const items = actsOf(card).map((act) => ({ ...ACTS[act], act, run: () => choose(act) }));
    openMenu({ right, top, bottom }, items, label, { opener: button });
  };
  const offerByArrow = (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    offer(event);
  };
  const share = (100 * card.num_named) / Math.max(1, card.num_samples);
  const bar = el("i");
  bar.style.width = `${share.toFixed(1)}%`;
  const node = el("li", { class: "card project-card", "data-row": card.project_id }, [
    preview,
    el("div", { class: "project-words" }, [
      el("div", { class: "head" }, [
        el("h3", { class: "clip", title: card.name }, el("a", { class: "card-link", "data-control": "face", href: card.href, onclick: follow }, card.name)),
        el("span", { class: "spacer" }),
        el("button", { type: "button", class: "btn btn-light btn-sm btn-icon card-menu", "data-control": "menu", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, onclick: offer, onkeydown: offerByArrow }, icon("more")),
      ]),
      el("div", { class: "cap clip" }, `${card.dataset_name} · ${samples(card.num_samples)}`),
      el("div", { class: "meter", "aria-hidden": "true" }, bar),
      el("div", { class: "cap project-counts" }, [
        el("span", {}, `${num(card.num_named)} of ${num(card.num_samples)} named`),
        el("span", { class: "project-told" }),
      ]),
    ]),
  ]);
  tellLearning(node, card);
  return node;
}
