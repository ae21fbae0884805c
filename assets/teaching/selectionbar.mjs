// The floating bar under a selection: how many, and how to name them.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { openNames } from "../parts/namemenu.mjs";
import { settleToasts } from "../shell/toasts.mjs";
import { HIDDEN } from "../map/marks.mjs";
import { placeAt } from "../parts/places.mjs";
import { ignoreStraying } from "../parts/straying.mjs";
import { isOutlineTrue, withoutThose } from "../parts/selection.mjs";
import { wornOf } from "../motion/panes.mjs";

const GAP = 10;
const TOP = 48;
const TOAST_ROOM = 84;
/** As many of the selected points as say well enough where they are: each turn of the view asks anew. */
const MOST_ASKED = 500;

/**
 * Place the bar under the selection's outline, above where toasts sit, else over it: never on what was selected.
 * @param {{x: number, y: number}[]} outline in the pixels of the window
 */
export function placeBar(outline, bar, room) {
  const [left, right] = [Math.min(...outline.map((at) => at.x)), Math.max(...outline.map((at) => at.x))];
  const [top, bottom] = [Math.min(...outline.map((at) => at.y)) - GAP - bar.height, Math.max(...outline.map((at) => at.y)) + GAP];
  const most = room.height - TOAST_ROOM - bar.height;
  const wanted = bottom <= most || top < TOP ? bottom : top;
  return {
    left: Math.min(Math.max(GAP, (left + right - bar.width) / 2), room.width - bar.width - GAP),
    top: Math.min(Math.max(TOP, wanted), most),
  };
}

export function mountSelectionBar({ state, map, actions, keys, root }) {
  const host = root.querySelector("#selection-bar");
  const left = new AbortController();
  ignoreStraying(host, left.signal);
  const count = el("b", { class: "strong" });
  const key = (cap) => el("kbd", {}, cap);
  const name = el("button", { type: "button", class: "btn btn-light btn-sm", "aria-haspopup": "menu", "aria-label": "Name the selection", onclick: () => openNames(host.getBoundingClientRect(), { state, actions }) },
    [el("span", { class: "cap" }, "name"), el("span", { class: "cap keys" }, ["with", key("1"), "to", key("9")]), icon("caret")]);
  const close = el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Clear the selection", "data-tip": "Clear the selection", "data-key": "Esc", onclick: clear }, icon("close"));
  const unseen = el("span", { class: "cap" });
  host.replaceChildren(count, el("span", { class: "strong" }, "selected"), unseen, el("span", { class: "vr" }), name, close);
  let { hidden } = state.get();
  let counted = { ids: null, mark: null, numHidden: 0 };

  // The bar itself comes and goes; what is said aloud needs a place that stays.
  const said = el("span", { class: "sr-only", role: "status" });
  host.before(said);

  function clear() {
    actions.select(new Uint32Array(0));
  }

  /** The outline where it is drawn, in pixels of the page: in the first window, else in the one beside it. */
  function outlineOf({ selection, picture, shown }) {
    if (isOutlineTrue(selection, picture)) return map.places.outline(selection.region);
    return map.side && isOutlineTrue(selection, shown) ? map.side.places.outline(selection.region) : [];
  }

  /** The selected points in sight, where there is no outline: chosen without one, or the view has turned away from it. */
  function pointsOf({ selection: { ids }, picture }, room) {
    if (!picture?.embedding) return [];
    const step = Math.ceil(ids.length / MOST_ASKED);
    const asked = ids.filter((_, nth) => nth % step === 0);
    const places = Array.from(asked, (id) => map.places.of(placeAt(picture.embedding, id, picture.latentDim)));
    return places.filter((at) => at && at.x >= room.left && at.x <= room.right && at.y >= room.top && at.y <= room.bottom);
  }

  function place(value) {
    const room = root.querySelector("#map-window").getBoundingClientRect();
    const outline = outlineOf(value);
    const around = outline.length > 0 ? outline : pointsOf(value, room);
    host.classList.toggle("placed", around.length > 0);
    if (!host.classList.contains("placed")) return;
    const inside = around.map((at) => ({ x: at.x - room.left, y: at.y - room.top }));
    const { left, top } = placeBar(inside, { width: host.offsetWidth, height: host.offsetHeight }, room);
    host.style.setProperty("--x", `${left}px`);
    host.style.setProperty("--y", `${top}px`);
  }

  /** Whoever hides a class means what is in sight: its points leave the selection. */
  function leaveHidden(value) {
    const { classOf } = wornOf(value);
    const fresh = new Set([...value.hidden].filter((index) => !hidden.has(index)));
    ({ hidden } = value);
    if (fresh.size > 0 && classOf) state.set({ selection: withoutThose(value.selection, (id) => fresh.has(classOf[id])) });
  }

  /** How many are selected and not in sight: found by a text, or of a hidden class by now. */
  function hiddenOf(value) {
    const [{ ids }, { mark }] = [value.selection, wornOf(value)];
    if (counted.ids !== ids || counted.mark !== mark) counted = { ids, mark, numHidden: mark ? ids.reduce((sum, id) => sum + (mark[id] & HIDDEN ? 1 : 0), 0) : 0 };
    return counted.numHidden;
  }

  function say(words) {
    if (said.textContent !== words) said.textContent = words;
  }

  function render(value) {
    const { length } = value.selection.ids;
    const numHidden = hiddenOf(value);
    unseen.textContent = numHidden > 0 ? `${num(numHidden)} hidden` : "";
    unseen.hidden = numHidden === 0;
    if (length > 0) say(`${num(length)} selected${numHidden > 0 ? `, ${num(numHidden)} of them hidden` : ""}`);
    else if (said.textContent) say("Nothing is selected");
    host.hidden = length === 0 || value.moving > 0;
    count.textContent = num(length);
    if (length > 0) place(value);
    settleToasts();
  }

  const group = "Select";
  const unregister = [
    keys.register("a", { label: "Select all points", group, run: () => actions.selectAll() }),
    keys.register("ctrl+a", { label: "Select all points", group, hidden: true, run: () => actions.selectAll() }),
    keys.register("shift+a", { label: "Select the points without a name", group, run: () => actions.selectUnnamed() }),
    keys.register("shift+w", { label: "Select what the last run moved most", group, run: () => actions.selectMovedMost() }),
    // Held while the hand draws, or heard by the pictures: people look for them among the keys.
    keys.mention("shift+drag", { label: "Add to the selection", group }),
    keys.mention("alt+drag", { label: "Take from the selection", group }),
    keys.mention("Delete", { label: "On a picture: drop it from the selection", group }),
    keys.register("Escape", { label: "Clear the selection", group, when: () => state.get().selection.ids.length > 0, run: clear }),
  ];
  const stops = [
    state.subscribe(["hidden"], leaveHidden),
    state.subscribe(["selection", "picture", "shown", "isSplit", "view", "moving", "editLook"], render),
  ];
  return () => {
    left.abort();
    stops.forEach((stop) => stop());
    said.remove();
    unregister.forEach((undo) => undo());
  };
}
