// The classes as rows: key, mark, name, count, eye; and their menu.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { HIDDEN } from "../map/marks.mjs";
import { countClasses } from "../parts/look.mjs";
import { openMenu } from "../parts/menu.mjs";
import { ofClass } from "../parts/selection.mjs";
import { livingClasses, NO_CLASS, UNSURE } from "../parts/classes.mjs";
import { allows } from "../shell/rights.mjs";
import { wornOf } from "../motion/panes.mjs";

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

const count = (number) => (number > 0 ? num(number) : "–");

export function mountPalette({ state, actions, keys, root, showToast, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const rows = find("palette-rows");
  let drawn = ""; // what the rows show but for the counts; a click on a row that is drawn anew meanwhile would be lost
  let picked = null; // the ids that a class was asked for last
  let tallied = { named: null, counts: new Map() };

  const everything = () => [...livingClasses(state.get().classes).map((each) => each.class_index), UNSURE, NO_CLASS];
  const toggle = (classIndex) => state.set({ hidden: toggled(state.get().hidden, classIndex) });
  const isolate = (classIndex) => state.set({ hidden: isolated(state.get().hidden, classIndex, everything()) });

  // The rows are drawn anew after each click, so a `dblclick` would never come; the count does.
  function press(classIndex, { detail }) {
    toggle(classIndex);
    if (detail === 2) isolate(classIndex);
  }

  function selectAll(classIndex) {
    const { colorMode, dataset, classes } = state.get();
    const { classOf, mark } = wornOf(state.get());
    // Coloured by the data set's labels, the points carry the indices of its own names.
    const shown = colorMode === "label" ? dataset.class_names.indexOf(classes[classIndex]?.name) : classIndex;
    const isTold = colorMode !== "label" || shown >= 0;
    actions.select(isTold ? ofClass(classOf, shown, (id) => (mark[id] & HIDDEN) !== 0) : new Uint32Array(0));
    picked = state.get().selection.ids;
  }

  /** The name of a class is what a selection is to be called; where a person selected nothing but a class here, those of the class. */
  function take({ class_index: index, name }, { detail }) {
    const { ids } = state.get().selection;
    if (detail > 1) return;
    if (ids.length > 0 && ids !== picked && allows("annotator")) return void actions.annotate(index);
    selectAll(index);
    if (picked.length === 0) showToast({ text: `No point in sight is ${name}.` });
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
    ], `Class ${info.name}`);
  }

  function keyButton(key, words, run) {
    return el("button", { type: "button", class: "palette-key", "aria-label": words, "data-tip": words, onclick: run }, key ? el("kbd", {}, key) : icon("check"));
  }

  function eye(name, classIndex, isHidden) {
    const words = isHidden ? `Show ${name}` : `Hide ${name}`;
    return el("button", { type: "button", class: "palette-eye", "aria-label": words, "data-tip": words, onclick: (event) => press(classIndex, event) }, icon(isHidden ? "eye-off" : "eye"));
  }

  function classRow(info, nth, { hidden, selectedClass, canHide }) {
    const index = info.class_index;
    const isHidden = hidden.has(index);
    const key = nth < 9 ? keyButton(String(nth + 1), `Name the selection ${info.name}`, () => actions.annotate(index))
      : keyButton("", `Name the selection ${info.name}`, () => actions.annotate(index));
    const name = el("button", { type: "button", class: "palette-name clip", "data-tip": `${info.name}: name the selection so; with nothing selected, or a class picked here, select these samples`, onclick: (event) => take(info, event) }, info.name);
    const more = el("button", { type: "button", class: "palette-more", "aria-label": `More for ${info.name}`, "aria-haspopup": "menu", onclick: (event) => menuOf(info, event.currentTarget) }, icon("more"));
    const row = el("div", { role: "listitem", class: `palette-row${isHidden ? " off" : ""}${selectedClass === index ? " on" : ""}`, "data-class": index }, [
      key, el("span", { class: `dot slot-${info.color}`, "aria-hidden": "true" }), name, el("span", { class: "num" }), more,
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

  function quietRow(index, words, key, { hidden, canHide }) {
    const isHidden = hidden.has(index);
    return el("div", { role: "listitem", class: `palette-row quiet${isHidden ? " off" : ""}`, "data-class": index }, [
      key, el("span", { class: `dot ${index === UNSURE ? "unsure" : "none"}`, "aria-hidden": "true" }), el("span", { class: "clip" }, words),
      el("span", { class: "num" }), canHide ? eye(words, index, isHidden) : el("span"),
    ]);
  }

  const unsureKey = () => keyButton("U", "Mark the selection as unsure", () => actions.markUnsure());

  /** How many each row speaks of, also that of those without: given by people, or predicted. */
  function numbers({ colorMode, named }, counts) {
    if (tallied.named !== named) tallied = { named, counts: countClasses(named) };
    const held = colorMode === "prediction" ? counts : tallied.counts;
    return (index) => held.get(index) ?? 0;
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
    const { counts } = wornOf(value);
    if (!named || !counts) return;
    const shared = { hidden, canHide: colorMode !== "label", selectedClass: commonClass(value) };
    renderRows(livingClasses(classes), shared);
    const number = numbers(value, counts);
    for (const row of rows.querySelectorAll("[data-class]")) writeCount(row.querySelector(".num"), number(Number(row.dataset.class)));
    find("palette-caption").textContent = CAPTION[colorMode] ?? "named";
    renderShare(server.project.num_samples);
  }

  function writeCount(node, number) {
    if (node.textContent !== count(number)) node.textContent = count(number);
    node.classList.toggle("muted", number === 0);
  }

  function renderRows(living, shared) {
    const looks = JSON.stringify([living.map((info) => [info.class_index, info.name, info.color]), [...shared.hidden], shared.canHide, shared.selectedClass]);
    if (looks === drawn) return;
    drawn = looks;
    const focused = rows.contains(document.activeElement) ? document.activeElement : null;
    const focus = focused?.closest(".palette-row")?.dataset.class;
    const control = focused?.classList[0];
    const built = living.map((info, nth) => classRow(info, nth, shared));
    if (living.length === 0) built.push(el("p", { role: "listitem", class: "cap palette-none" }, "No class yet. Lasso some points and press 1."));
    built.push(quietRow(UNSURE, "unsure", unsureKey(), shared));
    // Also where nobody is without one: it would come and go with the frames, and move what stands below.
    built.push(quietRow(NO_CLASS, "no class", el("span"), shared));
    rows.replaceChildren(...built);
    if (focus !== undefined) rows.querySelector(`[data-class="${focus}"] .${control}`)?.focus({ preventScroll: true });
  }

  function renderShare(total) {
    const done = [...tallied.counts].reduce((sum, [index, number]) => sum + (index >= 0 ? number : 0), 0);
    const share = total ? (100 * done) / total : 0;
    find("palette-named").textContent = `${num(done)} of ${num(total)} named`;
    find("palette-share").textContent = `${share.toFixed(1)} %`;
    find("palette-meter").style.width = `${share}%`;
  }

  /** Up and down lead to the same button of the next row: there are up to four in each. */
  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const button = event.target.closest("button");
    if (!step || !button) return;
    const column = [...rows.querySelectorAll(`.${button.classList[0]}`)];
    column[column.indexOf(button) + step]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  rows.setAttribute("role", "list");
  rows.addEventListener("keydown", walk, { signal });
  find("palette-add").addEventListener("click", () => actions.addClass(), { signal });
  const group = "Name";
  const unregister = [
    keys.register("1…9", { label: "Name the selection", group, run: (event) => actions.annotateByKey(Number(event.key) - 1) }),
    keys.register("0", { label: "Clear the names of the selection", group, run: () => actions.clear() }),
    keys.register("u", { label: "Mark the selection as unsure", group, run: () => actions.markUnsure() }),
    keys.register("n", { label: "Add a class", group, run: () => (state.get().selection.ids.length > 0 ? actions.annotateNew() : actions.addClass()) }),
    keys.mention("click", { label: "On a class: name the selection; with nothing selected, or a class picked here, select its samples", group }),
    keys.mention("F2", { label: "On a class: rename it", group }),
  ];
  const stop = state.subscribe(["classes", "named", "hidden", "editLook", "picture", "colorMode", "selection"], render);
  return () => {
    stop();
    unregister.forEach((undo) => undo());
  };
}
