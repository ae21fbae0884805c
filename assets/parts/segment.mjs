// A choice among few, laid out by Python: [role=radiogroup] > button[data-value]. Click, arrows, Home
// and End choose.
//
//   mountSegment(node, onChoose, signal?) -> {value(), choose(value), offer(values)}
//     offer   hides the others

import { entryAfter } from "./menu.mjs";

const ARROWS = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" };

/** @param {HTMLElement} node @param {(value: string) => void} [onChoose] @param {AbortSignal} [signal] */
export function mountSegment(node, onChoose = () => {}, signal = undefined) {
  const buttons = [...node.querySelectorAll("button")];
  const chosen = () => buttons.find((each) => each.getAttribute("aria-checked") === "true");

  function choose(value) {
    for (const button of buttons) {
      const isIt = button.dataset.value === value;
      button.setAttribute("aria-checked", String(isIt));
      button.tabIndex = isIt ? 0 : -1;
    }
    if (!chosen()) buttons[0].tabIndex = 0; // none is chosen, and the keyboard must get there
  }

  node.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button === chosen()) return;
    choose(button.dataset.value);
    onChoose(button.dataset.value);
  }, { signal });
  node.addEventListener("keydown", (event) => {
    const shown = buttons.filter((each) => !each.hidden);
    const next = entryAfter(ARROWS[event.key] ?? event.key, shown.findIndex((each) => each === document.activeElement), shown.length);
    if (next === null) return;
    event.preventDefault();
    shown[next].focus();
    shown[next].click();
  }, { signal });

  return {
    choose,
    value: () => chosen()?.dataset.value ?? null,
    offer(values) {
      for (const button of buttons) button.hidden = !values.includes(button.dataset.value);
    },
  };
}
