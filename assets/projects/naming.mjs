// The name in the page's dialog.
//
//   listenToDialog(signal)   the dialog comes and goes with Dash, so the document listens for it

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
  if (event.key !== "Enter" || event.isComposing || event.target.id !== NAME) return;
  event.preventDefault();
  if (!event.repeat) document.getElementById("project-dialog-submit")?.click();
}

export function listenToDialog(signal) {
  document.addEventListener("focusin", offerName, { signal });
  document.addEventListener("keydown", answerByEnter, { signal });
}
