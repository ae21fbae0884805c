// The classes as rows: key, mark, name, count, eye; and their menu.

import { el } from "./elements.mjs";
import { UNSURE } from "./look.mjs";
import { openMenu } from "./menu.mjs";
import { ofClass } from "./selection.mjs";
import { livingClasses } from "./view.mjs";

const HIDDEN_BIT = 16;
const CAPTION = { class: "named", annotation: "named", prediction: "predicted" };

/** Switch one class on or off. */
export function toggled(hidden, classIndex) {
  const next = new Set(hidden);
  if (!next.delete(classIndex)) next.add(classIndex);
  return next;
}

/** Show one class alone; asked again for the one that is alone, show all. */
export function isolated(hidden, classIndex, everything) {
  const others = everything.filter((each) => each !== classIndex);
  const isAlone = !hidden.has(classIndex) && others.every((each) => hidden.has(each));
  return isAlone ? new Set() : new Set(others);
}

// Drawn by the style sheet: rows are built anew all the time, and an <svg use> would fetch each time.
const icon = (name) => el("span", { class: `i i-${name}`, "aria-hidden": "true" });

const count = (number) => (number > 0 ? number.toLocaleString("en") : "–");

export function mountPalette({ state, actions, keys, root }) {
  const find = (id) => root.querySelector(`#${id}`);
  const rows = find("palette-rows");

  const everything = () => [...livingClasses(state.get().classes).map((each) => each.class_index), UNSURE, -1];
  const toggle = (classIndex) => state.set({ hidden: toggled(state.get().hidden, classIndex) });
  const isolate = (classIndex) => state.set({ hidden: isolated(state.get().hidden, classIndex, everything()) });

  // The rows are drawn anew after each click, so a `dblclick` would never come; the count does.
  function press(classIndex, { detail }) {
    toggle(classIndex);
    if (detail === 2) isolate(classIndex);
  }

  function selectAll(classIndex) {
    const { classOf, mark, colorMode, dataset, classes } = state.get();
    // Coloured by the data set's labels, the points carry the indices of its own names.
    const shown = colorMode === "label" ? dataset.class_names.indexOf(classes[classIndex]?.name) : classIndex;
    const isTold = colorMode !== "label" || shown >= 0;
    actions.select(isTold ? ofClass(classOf, shown, (id) => mark[id] & HIDDEN_BIT) : new Uint32Array(0));
  }

  function menuOf(info, at) {
    const index = info.class_index;
    const hasSelection = state.get().selection.ids.length > 0;
    openMenu(at, [
      ...(hasSelection ? [{ label: `Name the selection ${info.name}`, icon: "check", run: () => actions.annotate(index) }] : []),
      { label: "Select all", icon: "lasso", run: () => selectAll(index) },
      { label: "Show this one alone", icon: "eye", run: () => isolate(index) },
      { label: "Rename", icon: "pencil", key: "F2", run: () => actions.rename(index) },
      { label: "Recolour", icon: "palette", run: () => actions.recolor(index) },
      { label: "Merge into another", icon: "merge", run: () => actions.merge(index) },
    ]);
  }

  function keyButton(key, words, run) {
    return el("button", { type: "button", class: "palette-key", "aria-label": words, "data-tip": words, onclick: run }, key ? el("kbd", {}, key) : icon("check"));
  }

  function eye(name, classIndex, isHidden) {
    const words = isHidden ? `Show ${name}` : `Hide ${name}`;
    return el("button", { type: "button", class: "palette-eye", "aria-pressed": String(!isHidden), "aria-label": words, "data-tip": words,
      onclick: (event) => press(classIndex, event) }, icon(isHidden ? "eye-off" : "eye"));
  }

  function classRow(info, nth, number, { hidden, selectedClass, canHide }) {
    const index = info.class_index;
    const isHidden = hidden.has(index);
    const key = nth < 9 ? keyButton(String(nth + 1), `Name the selection ${info.name}`, () => actions.annotate(index))
      : keyButton("", `Name the selection ${info.name}`, () => actions.annotate(index));
    const name = el("button", { type: "button", class: "palette-name clip", title: info.name, "aria-haspopup": "menu",
      onclick: (event) => canHide && press(index, event) }, info.name);
    const more = el("button", { type: "button", class: "palette-more", "aria-label": `More for ${info.name}`, onclick: (event) => menuOf(info, event.currentTarget.getBoundingClientRect()) }, icon("more"));
    const row = el("div", { class: `palette-row${isHidden ? " off" : ""}${selectedClass === index ? " on" : ""}`, "data-class": index }, [
      key, el("span", { class: `dot slot-${info.color}`, "aria-hidden": "true" }), name,
      el("span", { class: `num${number ? "" : " muted"}` }, count(number)), more,
      canHide ? eye(info.name, index, isHidden) : el("span"),
    ]);
    row.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      menuOf(info, { left: event.clientX, top: event.clientY, bottom: event.clientY });
    });
    row.addEventListener("keydown", (event) => {
      if (event.key === "F2") actions.rename(index);
      else if (event.key === "F10" && event.shiftKey) menuOf(info, row.getBoundingClientRect());
      else return;
      event.preventDefault();
    });
    return row;
  }

  function unsureRow(number, isHidden, canHide) {
    return el("div", { class: `palette-row quiet${isHidden ? " off" : ""}` }, [
      keyButton("U", "Mark the selection as unsure", () => actions.markUnsure()),
      el("span", { class: "dot unsure", "aria-hidden": "true" }), el("span", { class: "clip" }, "unsure"),
      el("span", { class: `num${number ? "" : " muted"}` }, count(number)),
      canHide ? eye("unsure", UNSURE, isHidden) : el("span"),
    ]);
  }

  function numbers({ colorMode, counts, named }) {
    if (colorMode === "prediction") return counts;
    const tallied = new Map();
    for (const value of named) tallied.set(value, (tallied.get(value) ?? 0) + 1);
    return tallied;
  }

  /** The class everything selected is named, so that its row lights up. */
  function commonClass({ selection, named }) {
    const { ids } = selection;
    if (ids.length === 0) return null;
    const first = named[ids[0]];
    return first >= 0 && ids.every((id) => named[id] === first) ? first : null;
  }

  function render(value) {
    const { classes, named, hidden, colorMode, server } = value;
    if (!named || !value.counts) return;
    const held = numbers(value);
    const canHide = colorMode !== "label";
    const shared = { hidden, canHide, selectedClass: commonClass(value) };
    const focused = rows.contains(document.activeElement) ? document.activeElement : null;
    const focus = focused?.closest(".palette-row")?.dataset.class;
    const control = focused?.classList[0];
    const living = livingClasses(classes);
    const built = living.map((info, nth) => classRow(info, nth, held.get(info.class_index) ?? 0, shared));
    if (living.length === 0) built.push(el("p", { class: "cap palette-none" }, "No class yet. Lasso some points and press 1."));
    rows.replaceChildren(...built, unsureRow(held.get(UNSURE) ?? 0, hidden.has(UNSURE), canHide));
    if (focus !== undefined) rows.querySelector(`[data-class="${focus}"] .${control}`)?.focus({ preventScroll: true });
    find("palette-caption").textContent = CAPTION[colorMode] ?? "named";
    renderShare(named, server.project.num_samples);
  }

  function renderShare(named, total) {
    const done = named.reduce((sum, value) => sum + (value >= 0 ? 1 : 0), 0);
    const share = total ? (100 * done) / total : 0;
    find("palette-named").textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} named`;
    find("palette-share").textContent = `${share.toFixed(1)} %`;
    find("palette-meter").style.width = `${share}%`;
  }

  find("palette-add").addEventListener("click", () => actions.addClass());
  const group = "Name";
  const unregister = [
    keys.register("1…9", { label: "Name the selection", group, run: (event) => actions.annotateByKey(Number(event.key) - 1) }),
    keys.register("0", { label: "Clear the names of the selection", group, run: () => actions.clear() }),
    keys.register("u", { label: "Mark the selection as unsure", group, run: () => actions.markUnsure() }),
    keys.register("n", { label: "Add a class", group, run: () => (state.get().selection.ids.length > 0 ? actions.annotateNew() : actions.addClass()) }),
  ];
  const stop = state.subscribe(["classes", "named", "hidden", "counts", "colorMode", "selection"], render);
  return () => {
    stop();
    unregister.forEach((undo) => undo());
  };
}
