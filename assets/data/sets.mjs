// Data sets that are had by name: the one that is here, and public ones that are fetched.

import { openDialog } from "../parts/dialog_box.mjs";
import { el } from "../parts/elements.mjs";
import { num, sizeOf } from "../parts/counting.mjs";

const EXAMPLE = "apple, clock, cookie, donut, eye, skull";
const USUAL = 1000;
/** What was asked for last in this tab: a set that could not be had is asked for again from there. */
const last = { key: null, words: EXAMPLE, perClass: String(USUAL) };

/** The words of a list as people type one: "apple,  alarm clock; eye". */
export const wordsOf = (text) => text.split(/[,;\n]/).map((each) => each.trim()).filter(Boolean);

/** The body that asks for a set, from the form. */
export function wantedOf({ key, words, perClass }) {
  return key === "quickdraw" ? { set: key, words: wordsOf(words), num_per_class: Number(perClass) } : { set: key };
}

/** One sentence when the form will not do, else "". */
export function problemOf({ key, words, perClass }, most) {
  if (key !== "quickdraw") return "";
  if (wordsOf(words).length === 0) return `Say what was drawn, such as ${EXAMPLE}.`;
  const number = Number(perClass);
  return Number.isInteger(number) && number >= 1 && number <= most ? "" : `Take 1 to ${num(most)} drawings of each.`;
}

function choice(set, isChosen, onChoose) {
  const input = el("input", { type: "radio", name: "data-set-key", value: set.key, id: `set-of-${set.key}`, class: "form-check-input", checked: isChosen, autofocus: isChosen });
  input.addEventListener("change", () => onChoose(set.key));
  const note = [set.size ? `${sizeOf(set.size)} to fetch` : "", set.licence].filter(Boolean).join(" · ");
  return el("label", { class: "set-choice", for: input.id }, [input, el("span", {}, [el("b", { class: "strong" }, set.name), el("span", { class: "sec" }, set.words)]), el("span", { class: "cap" }, note)]);
}

/**
 * Ask which set.
 * @param {{sets: {key: string, name: string, words: string, size?: number, licence?: string}[], most_per_class: number}} offer
 * @param {(body: object) => void} onChosen hears the body of the request
 */
export function askSet({ sets, most_per_class: most }, onChosen) {
  const words = el("input", { id: "set-drawn", class: "form-control", type: "text", value: last.words, autocomplete: "off" });
  const perClass = el("input", { id: "set-per-class", class: "form-control", type: "text", inputmode: "numeric", value: last.perClass });
  const more = el("div", { class: "drawn", hidden: true }, [
    el("div", { class: "field" }, [el("label", { for: words.id }, "What was drawn"), words]),
    el("div", { class: "field" }, [el("label", { for: perClass.id }, "Of each"), perClass]),
  ]);
  let key = null;
  const choose = (next) => { key = next; more.hidden = key !== "quickdraw"; };
  choose((sets.find((set) => set.key === last.key) ?? sets[0]).key);
  const list = el("div", { role: "radiogroup", "aria-label": "Sample set", class: "set-choices" }, sets.map((set) => choice(set, set.key === key, choose)));
  const box = openDialog({
    title: "Try a sample set",
    content: el("div", { class: "stack" }, [list, more]),
    actions: [
      el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Cancel"),
      el("button", { type: "submit", class: "btn btn-primary" }, "Bring it in"),
    ],
    onSubmit() {
      const form = { key, words: words.value, perClass: perClass.value };
      const problem = problemOf(form, most);
      box.say(problem);
      if (problem) return;
      Object.assign(last, form);
      box.close();
      onChosen(wantedOf(form));
    },
  });
}
