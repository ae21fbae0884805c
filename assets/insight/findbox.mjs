// Find: a small field over the map, its rows become a selection; and "like this", by features and not by the map.

import { isComposing } from "../parts/composing.mjs";
import { num } from "../parts/counting.mjs";
import { rested } from "../parts/details.mjs";
import { el } from "../parts/elements.mjs";
import { classRows, emptyWords, foundRows, LONGEST, sampleMeant } from "./find.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { icon } from "../parts/icons.mjs";
import { failureWords } from "./leads.mjs";
import { NO_CLASS } from "../parts/classes.mjs";
import { entryAfter } from "../parts/menu.mjs";

const NUM_ALIKE = 50;
const AGAIN_MS = 700;
const MOST_TRIES = 40;
const PICTURE = 24;
const LONG_S = 300;
const UNTOLD = {
  no_map: "There is no map yet; what is alike is known with the first one.",
  waiting: "The network is learning. Ask again when it is done.",
  working: "What is like it is still being worked out. Ask again in a while.",
};

export function mountFind({ state, api, actions, keys, dress, root, showToast, signal }) {
  const button = root.querySelector("#find");
  let box = null;
  let rows = [];
  let at = 0;
  let turn = 0;
  let before = null; // where the focus was
  let looking = null; // the message of the newest question what is alike
  let isGone = false;

  const hasTable = () => state.get().dataset.text_columns.length > 0;

  function open() {
    if (box) return box.querySelector("input").select();
    before = document.activeElement;
    const field = el("input", { type: "text", class: "form-control", maxlength: LONGEST, autocomplete: "off", spellcheck: "false", placeholder: "Find samples", "aria-label": "Find samples by id, class or text", role: "combobox", "aria-controls": "find-rows", "aria-autocomplete": "list" });
    box = el("div", { class: "float find-box", role: "search", onkeydown: onKey, onfocusout: onLeave }, [
      el("div", { class: "find-field" }, [icon("search"), field, el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Close", "data-tip": "Close", "data-key": "Esc", onclick: close }, icon("close"))]),
      el("div", { id: "find-rows", class: "find-rows scroll", role: "listbox", "aria-label": "What was found" }),
      el("p", { class: "cap find-note", role: "status" }),
    ]);
    root.querySelector("#map-window").append(box);
    field.addEventListener("input", look);
    document.addEventListener("pointerdown", onOutside, true);
    field.focus();
    button.setAttribute("aria-expanded", "true");
    rows = [];
    return look();
  }

  function close() {
    if (!box) return;
    document.removeEventListener("pointerdown", onOutside, true);
    turn += 1;
    ask.cancel();
    const leaving = box;
    box = null;
    leaving.remove();
    button.setAttribute("aria-expanded", "false");
    before?.focus?.({ preventScroll: true });
  }

  function onOutside(event) {
    if (box?.contains(event.target) || button.contains(event.target)) return;
    before = null; // the hand is somewhere else already
    close();
  }

  const typed = () => box?.querySelector("input").value ?? "";

  function look() {
    turn += 1;
    ask.cancel();
    rows = classRows(typed(), state.get());
    at = 0;
    const isEmpty = typed().trim() === "";
    render(isEmpty ? emptyWords("", { hasTable: hasTable() }) : rows.length > 0 ? "" : "Looking.");
    if (!isEmpty) ask(turn);
  }

  const ask = rested(async (mine) => {
    const { projectId, label } = state.get();
    try {
      const told = await api.find(projectId, typed().trim());
      if (mine !== turn || !box) return;
      rows = [...rows, ...foundRows(told, label.length)];
      render(rows.length > 0 ? "" : emptyWords(typed(), { hasTable: hasTable() }));
    } catch (error) {
      if (mine === turn && box) render(sentenceOf(error));
    }
  }, 140);

  function render(note) {
    const list = box.querySelector("#find-rows");
    list.replaceChildren(...rows.map((row, nth) => {
      const mark = row.sample !== undefined ? el("canvas", { class: "picture" }) : el("i", { class: row.color === undefined ? "find-mark" : `dot s8 slot-${row.color}` });
      return el("div", { id: `find-${nth}`, class: nth === at ? "find-row at" : "find-row", role: "option", "aria-selected": String(nth === at), onpointerdown: (event) => { event.preventDefault(); take(row); } }, [
        el("span", { class: "find-sign", "aria-hidden": "true" }, mark), el("span", { class: "clip" }, row.label), el("span", { class: "num cap" }, num(row.count)),
      ]);
    }));
    rows.forEach((row, nth) => { if (row.sample !== undefined) dress(list.children[nth].querySelector("canvas"), row.sample, PICTURE); });
    list.hidden = rows.length === 0;
    box.querySelector(".find-note").textContent = note;
    const field = box.querySelector("input");
    field.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length > 0) field.setAttribute("aria-activedescendant", `find-${at}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView?.({ block: "nearest" });
  }

  function take(row) {
    if (!row) return;
    actions.select(row.ids());
    close();
  }

  function onKey(event) {
    if (isComposing(event)) return; // of a text that is still being put together
    const next = ["ArrowDown", "ArrowUp"].includes(event.key) ? entryAfter(event.key, at, rows.length) : null;
    if (next !== null && rows.length > 0) {
      at = next;
      render("");
    } else if (event.key === "Enter" && event.target.matches("input")) take(rows[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onLeave(event) {
    if (box && event.relatedTarget && !box.contains(event.relatedTarget)) {
      before = null; // somebody went on with something else
      close();
    }
  }

  /** Select a sample and those most like it, unless something else was selected or asked for meanwhile. */
  async function alike(sample) {
    const { projectId, selection } = state.get();
    looking?.close();
    const mine = looking = showToast({ text: "Looking for what is like it.", seconds: LONG_S });
    const isWanted = () => !isGone && mine === looking && state.get().selection === selection;
    const told = await askAlike(projectId, sample, isWanted).catch((error) => ({ failure: { text: failureWords(error), kind: "error" } }));
    mine.close();
    if (!isWanted()) return;
    if (told.state === "ready") selectAlike(sample, told.ids);
    else showToast(told.failure ?? { text: UNTOLD[told.state] });
  }

  /** Asks again while features are being worked out. */
  async function askAlike(projectId, sample, isWanted) {
    for (let tries = 0; tries < MOST_TRIES && isWanted(); tries += 1) {
      const told = await api.alike(projectId, sample, NUM_ALIKE);
      if (told.state !== "working") return told;
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
    }
    return { state: "working" };
  }

  function selectAlike(sample, ids) {
    actions.select(Uint32Array.from([sample, ...ids]).sort());
    showToast({ text: `Sample ${num(sample)} and the ${num(ids.length)} most like it are selected.` });
  }

  function alikeToThis() {
    const sample = sampleMeant(state.get());
    if (sample === NO_CLASS) showToast({ text: "Point at a sample, or select a single one, to find what is like it." });
    else alike(sample);
  }

  button.addEventListener("click", () => (box ? close() : open()), { signal });
  const group = "Select";
  const unregister = [
    keys.register("/", { label: "Find by id, class or text", group, run: open }),
    keys.register("ctrl+f", { label: "Find by id, class or text", group, hidden: true, run: open }),
    keys.register("shift+l", { label: "What is like this sample", group, run: alikeToThis }),
  ];
  return () => {
    isGone = true;
    looking?.close();
    before = null;
    close();
    unregister.forEach((undo) => undo());
  };
}
