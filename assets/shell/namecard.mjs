// The question for a display name: a card beside the work, never before it.
//
//   askBeside() -> {answer, late: Promise<string | null>, leave(), close(), isShown()}     null: not now
//     leave()  what waits goes on; a name that is begun may be finished, and is the `late` one
//
// The field takes the focus, so that a name can be typed at once; yet what is no name is for the page: while the field
// is empty a digit names the next cluster, Enter updates and Ctrl Z undoes, as if nobody had asked.

import { isComposing } from "../parts/composing.mjs";
import { MAX_NAME, nameProblem } from "../parts/dialogs.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { settleToasts } from "./toasts.mjs";

/** Whether a key pressed in a field with this text is meant for the page and not for the field. */
export function isForPage({ key, ctrlKey, metaKey, altKey }, text) {
  if (text !== "" || altKey) return false;
  return /^(\d|Enter)$/.test(key) || ((ctrlKey || metaKey) && /^[zy]$/i.test(key));
}

/** Press a key again outside of the field. */
function passOn(event, field) {
  event.preventDefault();
  event.stopPropagation();
  field.blur();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, shiftKey: event.shiftKey, bubbles: true, cancelable: true }));
  if (field.isConnected && !document.querySelector("dialog[open]")) field.focus({ preventScroll: true });
}

export function askBeside() {
  let [isLate, resolve, resolveLate] = [false, null, null];
  const answer = new Promise((done) => { resolve = done; });
  const late = new Promise((done) => { resolveLate = done; });
  function close(name = null) {
    card.remove();
    settleToasts();
    resolve(name);
    resolveLate(isLate ? name : null);
  }
  function leave() {
    if (!field.value.trim()) return close();
    isLate = true;
    return resolve(null);
  }
  const problem = el("p", { class: "field-error", id: "name-problem", role: "alert" });
  const field = el("input", { id: "name-field", class: "form-control", type: "text", autocomplete: "nickname", spellcheck: "false", maxlength: 2 * MAX_NAME, "aria-describedby": "name-why name-problem" });

  function save(event) {
    event.preventDefault();
    problem.textContent = nameProblem(field.value, { what: "display name", limit: MAX_NAME });
    if (!problem.textContent) close(field.value.trim());
  }
  function onKey(event) {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (isForPage(event, field.value)) passOn(event, field);
  }

  const card = el("form", { class: "float name-card", id: "name-card", novalidate: true, "aria-label": "What should we call you?", "data-toast-free": "true", onsubmit: save }, [
    el("div", { class: "name-head" }, [
      el("label", { for: field.id }, "Display name"),
      el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Not now", "data-tip": "Not now", onclick: () => close() }, icon("close")),
    ]),
    el("div", { class: "name-line" }, [field, el("button", { type: "submit", class: "btn btn-primary" }, "Save")]),
    problem,
    el("p", { class: "cap", id: "name-why" }, "Shown beside what you name. It can wait."),
  ]);
  field.addEventListener("keydown", onKey);
  (document.getElementById("map-window") ?? document.body).append(card);
  field.focus({ preventScroll: true });
  settleToasts();
  return { answer, late, leave, close: () => close(), isShown: () => card.isConnected };
}
