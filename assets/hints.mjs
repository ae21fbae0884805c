// Three small steps that lead through the first loop, then go away for good.

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";

const REMEMBERED = "lodemap.hints-done";

/** The step a newcomer stands at: 0, 1, 2, or 3 when all is done. */
export function stepOf(numClassesNamed, hasUpdated) {
  if (hasUpdated) return 3;
  return Math.min(2, numClassesNamed);
}

/** How many classes have at least one sample named. */
export function countNamed(named) {
  return new Set(named.filter((value) => value >= 0)).size;
}

export function mountHints({ state, root, storage = localStorage }) {
  const host = root.querySelector("#hints");
  const steps = [
    ["Lasso a cluster, then press ", "1"],
    ["Lasso another, then press ", "2"],
    ["Update, and watch the map learn: ", "Enter"],
  ].map(([words, key]) => el("li", {}, [el("span", { class: "step" }), el("span", {}, words), el("kbd", {}, key)]));
  const close = el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Close the hints", onclick: finish }, icon("close"));
  host.replaceChildren(el("ol", {}, steps), close);

  function isDone() {
    try {
      return storage.getItem(REMEMBERED) === "1";
    } catch {
      return false;
    }
  }

  function finish() {
    host.hidden = true;
    try {
      storage.setItem(REMEMBERED, "1");
    } catch {
      // Without storage the hints come back after a reload, which does no harm.
    }
  }

  function render({ server, named, shown }) {
    if (!server || !named || !shown || isDone()) {
      host.hidden = true;
      return;
    }
    const hasUpdated = server.runs.some((run) => run.kind === "fine_tune");
    const at = stepOf(countNamed(named), hasUpdated);
    if (at === 3) return finish();
    host.hidden = false;
    steps.forEach((step, nth) => {
      step.classList.toggle("done", nth < at);
      step.classList.toggle("now", nth === at);
      if (nth === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    return undefined;
  }

  return state.subscribe(["server", "named", "shown"], render);
}
