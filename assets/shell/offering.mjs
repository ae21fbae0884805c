// The name that the dialog of the Projects page offers.
//
//   startOffering()   call once: the dialog may be open before the page's own module is there

import { isComposing } from "../parts/composing.mjs";

const NAME = "project-dialog-name";

/** A name that is only offered is typed over: it comes a moment after the focus, and is selected once. */
function offerName({ target }) {
  if (target.id !== NAME) return;
  let isOver = false;
  function offer() {
    if (isOver || !target.isConnected) return;
    isOver = target.value !== "";
    if (isOver) target.select();
    else requestAnimationFrame(offer);
  }
  target.addEventListener("input", () => { isOver = true; }, { once: true });
  target.addEventListener("beforeinput", offer, { once: true });
  offer();
}

/** Enter in the name presses the dialog's button, which is off while an answer is under way. */
function answerByEnter(event) {
  if (event.key !== "Enter" || isComposing(event) || event.target.id !== NAME) return;
  event.preventDefault();
  if (!event.repeat) document.getElementById("project-dialog-submit")?.click();
}

export function startOffering() {
  document.addEventListener("focusin", offerName);
  document.addEventListener("keydown", answerByEnter);
}
