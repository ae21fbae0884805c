// Questions to the person. Each resolves null (or false) when they close it.
//
//   askName({name?}) -> Promise<string | null>
//   askClass({mode, classInfo?, classes, suggestion?}) -> Promise<answer | null>
//     mode "add"     -> {name, color}         color is a slot, 0 to 35; `toName` samples get the name at once
//          "rename"  -> {name}
//          "merge"   -> {into}                a class_index
//          "recolor" -> {color}
//     classInfo and classes have the shape of the state: {class_index, name, color, merged_into}
//   confirm({title, text, action, danger?}) -> Promise<boolean>

import { livingClasses } from "./classes.mjs";
import { samples } from "./counting.mjs";
import { el } from "./elements.mjs";
import { openDialog } from "./dialog_box.mjs";
import { NUM_COLORS } from "./theme.mjs";

export const MAX_NAME = 60;
export const MAX_CLASS_NAME = 200;
export const NUM_SLOTS = 36;
export const COLOR_NAMES = ["blue", "brick", "amber", "mauve", "pine", "violet", "rose", "rust", "sage", "green", "plum", "sky"];
const SHAPES = ["disc", "square", "triangle"];

/** One sentence when `name` will not do, else "". `taken` are names in use. */
export function nameProblem(name, { what = "class name", taken = [], limit = MAX_CLASS_NAME } = {}) {
  const clean = name.trim();
  if (!clean) return `Type a ${what}.`;
  if ([...clean].length > limit) return `The ${what} has ${[...clean].length} characters; ${limit} is the limit.`;
  if (/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(clean)) return `The ${what} holds a character that cannot be seen; type it again.`;
  if (taken.some((each) => each.toLowerCase() === clean.toLowerCase())) return `There is a class named ${clean} already; choose another ${what}.`;
  return "";
}

/** The first slot no living class uses, so that a new class differs most from the others. */
export function freeSlot(classes) {
  const used = new Set(livingClasses(classes).map((each) => each.color));
  const free = Array.from({ length: NUM_SLOTS }, (_, slot) => slot).find((slot) => !used.has(slot));
  return free ?? classes.length % NUM_SLOTS;
}

/** "blue disc", "amber square": what a slot is called for those who do not see it. */
export function slotName(slot) {
  return `${COLOR_NAMES[slot % NUM_COLORS]} ${SHAPES[Math.floor(slot / NUM_COLORS) % 3]}`;
}

/**
 * @template T
 * @param {{title: string, content: HTMLElement, action: string, danger?: boolean, cancel?: string, read: () => T, problem?: () => string}} question
 * @returns {Promise<?T>} null where it was cancelled
 */
function ask({ title, content, action, danger = false, cancel = "Cancel", read, problem = () => "" }) {
  return new Promise((resolve) => {
    let answer = null;
    // Where nothing is to be filled in, Enter confirms, except what cannot be taken back.
    const isPlain = !content.querySelector("[autofocus]") && !content.matches("[autofocus]");
    const box = openDialog({
      title,
      content,
      actions: [
        el("button", { type: "button", class: "btn btn-light", autofocus: isPlain && danger, onclick: () => box.close() }, cancel),
        el("button", { type: "submit", class: `btn ${danger ? "btn-danger" : "btn-primary"}`, autofocus: isPlain && !danger }, action),
      ],
      onSubmit() {
        const sentence = problem();
        box.say(sentence);
        if (sentence) return;
        answer = read();
        box.close();
      },
      onClose: () => resolve(answer),
    });
  });
}

function nameField({ label, value = "", id = "dialog-name" }) {
  const input = el("input", { id, class: "form-control", type: "text", autocomplete: "off", spellcheck: "false", value, autofocus: true });
  return { input, node: el("div", { class: "field" }, [el("label", { for: id }, label), input]) };
}

function slotField(chosen, classes, takesFocus = false) {
  let slot = chosen;
  const owner = new Map(livingClasses(classes).map((each) => [each.color, each.name]));
  const choose = (next) => {
    slot = next;
    for (const [at, node] of buttons.entries()) {
      node.setAttribute("aria-checked", String(at === slot));
      node.tabIndex = at === slot ? 0 : -1;
    }
  };
  const buttons = Array.from({ length: NUM_SLOTS }, (_, at) => el("button", {
    type: "button", role: "radio", class: `swatch${owner.has(at) ? " used" : ""}`,
    "aria-label": owner.has(at) ? `${slotName(at)}, used by ${owner.get(at)}` : slotName(at),
    title: owner.has(at) ? `${slotName(at)}, used by ${owner.get(at)}` : slotName(at), onclick: () => choose(at),
  }, el("span", { class: `dot slot-${at}` })));
  const node = el("div", { class: "field" }, [el("span", { class: "strong", id: "dialog-color" }, "Colour and mark"), el("div", { class: "swatches", role: "radiogroup", "aria-labelledby": "dialog-color" }, buttons)]);
  node.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: NUM_COLORS, ArrowUp: -NUM_COLORS }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose((slot + step + NUM_SLOTS) % NUM_SLOTS);
    buttons[slot].focus();
  });
  choose(slot);
  if (takesFocus) buttons[slot].autofocus = true;
  return { node, value: () => slot };
}

export function askName({ name = "" } = {}) {
  const field = nameField({ label: "Display name", value: name });
  const why = el("p", { class: "cap" }, "Shown beside what you name, so that others know who said it. You can change it at any time.");
  return ask({
    title: "What should we call you?", content: el("div", { class: "stack" }, [field.node, why]), action: "Save", cancel: "Not now",
    problem: () => nameProblem(field.input.value, { what: "display name", limit: MAX_NAME }), read: () => field.input.value.trim(),
  });
}

/** `toName`: how many samples the new class names at once. */
function askNewClass({ classes, suggestion = "", toName = 0 }) {
  const field = nameField({ label: "Name", value: suggestion });
  const slots = slotField(freeSlot(classes), classes);
  const what = toName > 0 ? el("p", { class: "cap" }, `The ${samples(toName)} selected will be named so.`) : null;
  return ask({
    title: "Add a class", content: el("div", { class: "stack" }, [field.node, slots.node, what]), action: toName > 0 ? "Add and name" : "Add class",
    problem: () => nameProblem(field.input.value, { taken: livingClasses(classes).map((each) => each.name) }),
    read: () => ({ name: field.input.value.trim(), color: slots.value() }),
  });
}

function askRename({ classInfo, classes }) {
  const field = nameField({ label: "Name", value: classInfo.name });
  const taken = livingClasses(classes).filter((each) => each.class_index !== classInfo.class_index).map((each) => each.name);
  return ask({
    title: `Rename ${classInfo.name}`, content: field.node, action: "Rename",
    problem: () => nameProblem(field.input.value, { taken }), read: () => ({ name: field.input.value.trim() }),
  });
}

function askMerge({ classInfo, classes }) {
  const others = livingClasses(classes).filter((each) => each.class_index !== classInfo.class_index);
  const select = el("select", { id: "dialog-into", class: "form-select", autofocus: true }, others.map((each) => el("option", { value: each.class_index }, each.name)));
  const count = classInfo.num_named ?? 0;
  const content = el("div", { class: "stack" }, [
    el("div", { class: "field" }, [el("label", { for: "dialog-into" }, "Merge into"), select]),
    el("p", { class: "cap" }, `${samples(count)} named ${classInfo.name} ${count === 1 ? "takes" : "take"} the other name. Undo brings both classes back.`),
  ]);
  return ask({
    title: `Merge ${classInfo.name}`, content, action: "Merge",
    problem: () => (others.length ? "" : "There is no other class to merge into; add one first."),
    read: () => ({ into: Number(select.value) }),
  });
}

function askColor({ classInfo, classes }) {
  const slots = slotField(classInfo.color, classes, true);
  return ask({ title: `Colour of ${classInfo.name}`, content: slots.node, action: "Recolour", read: () => ({ color: slots.value() }) });
}

export function askClass({ mode, ...rest }) {
  return { add: askNewClass, rename: askRename, merge: askMerge, recolor: askColor }[mode](rest);
}

/** @param {{title: string, text: string, action: string, cancel?: string, danger?: boolean}} question */
export async function confirm({ title, text, action, cancel, danger = false }) {
  return Boolean(await ask({ title, content: el("p", { class: "sec" }, text), action, cancel, danger, read: () => true }));
}
