// The Projects page. Dash has its head, its dialog and what is done; the cards are drawn here from the
// values the server writes into the grid, and one that did not change stays as it is.
//
//   mountProjectsPage(root, signal) -> {refreshTheme(), destroy()}
//   lookOf(card, before)               a card but for what is written into it as it learns (pure)
//   emptyOf(shelf, numShown)           which of the three empty states is on, "" for none (pure)

import { el } from "../parts/elements.mjs";
import { closeMenuOf } from "../parts/menu.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { ApiError, createApi } from "../shell/api.mjs";
import { refreshShell } from "../shell/shell.mjs";
import { createCard, tellLearning } from "./card.mjs";
import { isOffered, matches } from "./finding.mjs";
import { createPreviews } from "./previews.mjs";

const EMPTY = ["no-active", "no-archived", "no-match"];
/** Of the dialog, as the server names them. */
const FIELDS = ["name", "dataset", "preset", "axes"];
/** How often the page asks how far what is learned has come. */
const LEARNING_MS = 4000;
const AT_ONCE = ["archive", "restore"];
const setProps = (id, props) => window.dash_clientside.set_props(id, props);
const visit = (href) => setProps("shell-location", { href });

/** The dialog closes without a word to the server, which may be away. */
const cancelDialog = (clicks) => (clicks ? false : window.dash_clientside.no_update);

/** Tie what went wrong to the field it is about, if it is about one: whoever does not see both hears it there. */
export function tellField(words, about) {
  for (const name of FIELDS) {
    const field = document.getElementById(`project-dialog-${name}`);
    const isWrong = Boolean(words) && name === about;
    field?.setAttribute("aria-invalid", String(isWrong));
    if (isWrong) field?.setAttribute("aria-describedby", "project-dialog-problem");
    else field?.removeAttribute("aria-describedby");
  }
}

/** What of a frame's address says whose it is. @param {?string} url */
const runOf = (url) => url?.split("/frames/")[0];

/**
 * Each epoch is another map: while a run learns the one that is there stays, so that no menu closes under a hand, until
 * the map is another run's.
 * @template {{frame_url: ?string, colors: number[]}} C
 * @param {C & {learning?: unknown}} card
 * @param {?{frame_url: ?string}} before the look of the card that is there
 * @returns {{frame_url: ?string, colors: number[]}} the card without what is learned
 */
export function lookOf({ learning, ...card }, before = null) {
  return learning && before?.frame_url && runOf(before.frame_url) === runOf(card.frame_url) ? { ...card, frame_url: before.frame_url } : card;
}

/** Whether a card's run has ended, or its first map is there: then more of it is another than what it learns. Pure. */
export function isOver({ frame_url: frame, learning: before }, now) {
  if (!before) return false;
  return !now || (!frame && now.last_epoch > before.last_epoch);
}

export function emptyOf({ view, cards }, numShown) {
  if (cards.length === 0) return view === "archived" ? "no-archived" : "no-active";
  return numShown === 0 ? "no-match" : "";
}

/** An entry of a card's menu; the time makes it another value each time it is chosen. */
function choose(project, act) {
  setProps(AT_ONCE.includes(act) ? "projects-moved" : "projects-asked", { data: { act, project, at: Date.now() } });
}

export function mountProjectsPage(root, signal) {
  const grid = root.querySelector("#projects-grid");
  const field = root.querySelector("#projects-find");
  const start = root.querySelector("#projects-new");
  const search = field.closest("[data-from]");
  const list = el("ul", { class: "project-grid" });
  const previews = createPreviews();
  const api = createApi({ ending: signal });
  const empties = EMPTY.map((name) => [name, root.querySelector(`#projects-${name}`)]);
  let kept = new Map(); // by project: {card, look, node}

  /** The card's node: the one that is there, where it would be drawn the same. */
  function nodeOf(card) {
    const known = kept.get(card.project_id);
    const look = lookOf(card, known?.look);
    if (JSON.stringify(known?.look) === JSON.stringify(look)) {
      tellLearning(known.node, card);
      return { ...known, card };
    }
    const node = createCard(card, { preview: previews.of(look), visit, choose: (act) => choose(card.project_id, act) });
    return { card, look, node };
  }

  function draw() {
    const shelf = JSON.parse(grid.dataset.shelf);
    const next = new Map(shelf.cards.map((card) => [card.project_id, nodeOf(card)]));
    // what a menu offers is of its card as it was
    for (const [id, { node }] of kept) if (next.get(id)?.node !== node) closeMenuOf(node);
    kept = next;
    find(shelf);
    redraw(list, [...kept.values()].map(({ node }) => node), start);
  }

  /** Hide what does not match; say so where nothing does. */
  function find(shelf) {
    const wanted = field.value;
    search.hidden = !isOffered(kept.size, Number(search.dataset.from), wanted);
    const shown = [...kept.values()].filter(({ card, node }) => {
      node.hidden = !matches(`${card.name} ${card.dataset_name}`, wanted);
      return !node.hidden;
    });
    const empty = emptyOf(shelf, shown.length);
    for (const [name, node] of empties) node.hidden = name !== empty;
    list.hidden = empty !== "";
  }

  /** Write into each card what it learns; where a run has ended, or made the first map, all is read anew. */
  function tell(learning) {
    const isDue = [...kept.values()].map(({ card }) => isOver(card, learning[card.project_id])).some(Boolean);
    for (const each of kept.values()) {
      each.card = { ...each.card, learning: learning[each.card.project_id] ?? each.card.learning };
      tellLearning(each.node, each.card);
    }
    if (isDue) refreshShell();
  }

  async function ask() {
    try {
      tell(await api.json("/api/learning"));
    } catch (error) {
      if (!(error instanceof ApiError) && error?.name !== "AbortError") throw error;
    }
  }

  const ticking = setInterval(() => {
    if (!document.hidden && [...kept.values()].some(({ card }) => card.learning)) ask();
  }, LEARNING_MS);
  const watcher = new MutationObserver(draw);
  watcher.observe(grid, { attributeFilter: ["data-shelf"] });
  field.addEventListener("input", () => find(JSON.parse(grid.dataset.shelf)), { signal });
  window.lodemapBridge.provide({ cancelDialog, tellField });
  grid.append(list);
  draw();
  return {
    refreshTheme: previews.redraw,
    destroy() {
      clearInterval(ticking);
      watcher.disconnect();
      previews.destroy();
      list.remove();
    },
  };
}
