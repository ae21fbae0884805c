// Three small steps that lead through the first loop, then go away for good. Before there are clusters to name they say
// what is happening instead, and where the first map was stopped before it could form, how to form it.

import { livingClasses } from "../parts/classes.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { epochOf, hasTaught, isForgone, isLive } from "../parts/runstates.mjs";
import { kept } from "../shell/storing.mjs";
import { resumable } from "../teaching/goingon.mjs";

/** @import {Run} from "../records" */

const REMEMBERED = "lodemap.hints-done";
/** What each step says before its key, and what it says instead where a class waits for its first name. */
const STEPS = [
  { words: "Lasso a cluster, then press ", key: "1", ofClasses: "Lasso a cluster, then press the key of its class" },
  { words: "Lasso another, then press ", key: "2", ofClasses: "Lasso another, then press its key" },
  { words: "Update, and watch the map learn: ", key: "Enter" },
];

/** The step a newcomer stands at: 0, 1, 2, or 3 when all is done. */
export function stepOf(numClassesNamed, hasUpdated) {
  if (hasUpdated) return 3;
  return Math.min(2, numClassesNamed);
}

/** The class_index of each class with at least one sample named. */
export const namedClasses = (named) => new Set(named.filter((value) => value >= 0));

/**
 * What there is to say instead of the steps, null for nothing: while the first map forms, and where it never did.
 * @param {Run[]} runs as in the state's answer
 * @returns {?{words: string, canForm: boolean}}
 */
export function noteOf(runs) {
  const byNumber = [...runs].sort((one, other) => one.number - other.number);
  const first = byNumber.filter((run) => run.kind === "pretrain" && run.on_line).at(-1);
  if (!first || runs.some(hasTaught)) return null;
  if (first.state === "queued") return { words: "The map forms itself in a moment. Then you name its clusters.", canForm: false };
  if (isLive(first)) return { words: `The map is forming itself, epoch ${epochOf(first)} of ${first.num_epochs}. Then you name its clusters.`, canForm: false };
  return first.last_epoch > 0 ? null : { words: `This map was ${first.state === "failed" ? "broken off" : "stopped"} before it could form.`, canForm: true };
}

export function mountHints({ state, map, actions, root, storage = kept }) {
  const host = root.querySelector("#hints");
  const steps = STEPS.map(() => el("li", {}, [el("span", { class: "step" }), el("span"), el("kbd")]));
  const close = el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Close the hints", onclick: finish }, icon("close"));
  const list = el("ol", {}, steps);
  const words = el("span", { class: "hint-note" });
  const again = el("button", { type: "button", class: "btn btn-primary btn-sm", onclick: () => { again.disabled = true; actions.formAgain().finally(() => { again.disabled = false; }); } }, "Form the map again");
  const goOn = el("button", { type: "button", class: "btn btn-primary btn-sm", onclick: () => { goOn.disabled = true; actions.goOnForming().finally(() => { goOn.disabled = false; }); } }, "Go on");
  host.replaceChildren(list, words, goOn, again, close);

  const isDone = () => storage.getItem(REMEMBERED) === "1";

  /** Show or hide; what comes to lie over the map must not lie over its points. */
  function show(isOn) {
    if (host.hidden !== isOn) return;
    host.hidden = !isOn;
    if (isOn) map.makeRoom();
  }

  function finish() {
    show(false);
    storage.setItem(REMEMBERED, "1");
  }

  /**
   * A project may bring classes: key 1 is then that of the first, whatever the cluster is.
   * @param {Element} step @param {{words: string, key: string, ofClasses?: string}} said @param {boolean} isWaiting
   */
  function write(step, { words, key, ofClasses }, isWaiting) {
    const [, said, cap] = step.children;
    cap.hidden = isWaiting && Boolean(ofClasses);
    said.textContent = cap.hidden ? ofClasses : words;
    cap.textContent = key;
  }

  function render({ server, named, shown, classes }) {
    const note = server && named && shown ? noteOf(server.runs) : null;
    list.hidden = Boolean(note);
    words.hidden = !note;
    if (words.textContent !== (note?.words ?? "")) words.textContent = note?.words ?? "";
    again.hidden = !note?.canForm;
    goOn.hidden = !note?.canForm || !resumable(server);
    again.textContent = goOn.hidden ? "Form the map again" : "Start again";
    again.classList.toggle("btn-primary", goOn.hidden);
    again.classList.toggle("btn-secondary", !goOn.hidden);
    close.hidden = Boolean(note?.canForm);
    if (note?.canForm) return show(true);
    if (!server || !named || !shown || isDone()) return show(false);
    if (note) return show(true);
    const hasUpdated = server.runs.some((run) => run.kind === "fine_tune" && !isForgone(run));
    const taught = namedClasses(named);
    const at = stepOf(taught.size, hasUpdated);
    if (at === 3) return finish();
    show(true);
    const isWaiting = livingClasses(classes).some((info) => !taught.has(info.class_index));
    steps.forEach((step, nth) => {
      if (nth >= at || !step.textContent) write(step, STEPS[nth], isWaiting); // what is done stays as it was said
      step.classList.toggle("done", nth < at);
      step.classList.toggle("now", nth === at);
      if (nth === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    return undefined;
  }

  return state.subscribe(["server", "named", "shown", "classes"], render);
}
