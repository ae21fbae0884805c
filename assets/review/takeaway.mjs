// "Take with you": the button that opens the dialog and shows, while it is closed, how far it is with what is being made.

import { stillWanted } from "../parts/stillwanted.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { showToast } from "../shell/toasts.mjs";
import { makingOf } from "./makings.mjs";
import { openTakeaway } from "./takeaway_dialog.mjs";
import { sent, shortProgress } from "./wishes.mjs";

export function mountTakeaway({ state, root, api, onError, onReadError }) {
  const button = root.querySelector("#take-with-you");
  const { projectId } = state.get();
  const path = `/api/projects/${projectId}/takeaways`;
  const making = makingOf(projectId);
  let isGone = false;
  let dialog = null;

  function drawButton() {
    const words = making.takeaway ? shortProgress(making.takeaway) : "Take with you";
    button.querySelector(".word").textContent = words;
    button.setAttribute("aria-label", words);
  }
  const leave = making.attend({ api, dialog: () => dialog, onChange: drawButton, onError });

  async function show() {
    const isWanted = stillWanted();
    try {
      const { runs } = await api.json(`${path}/line`);
      if (!isWanted() || isGone || dialog) return;
      dialog = openTakeaway({ runs, making, forecast: (wish) => api.post(`${path}/forecast`, { wish: sent(wish) }), onClose: () => { dialog = null; } });
    } catch (error) {
      if (error.code === "nothing_to_take") showToast({ text: sentenceOf(error) });
      else onReadError(error);
    }
  }

  button.addEventListener("click", show);
  drawButton();
  return () => {
    isGone = true;
    leave();
    button.removeEventListener("click", show);
    dialog?.close();
  };
}
