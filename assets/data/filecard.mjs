// The chosen file and how far it is, and the line of steps above it.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { many, num, sizeOf } from "../parts/counting.mjs";
import { amountOf, calledOf, isPartlySent, progressOf, sendingOf, walkingOf } from "./words.mjs";

const STEPS = ["choose", "check", "create"];
const STATES = {
  walking: ["looking", "accent"], sending: ["sending", "accent"], reading: ["reading", "accent"], ready: ["read", "ok"],
  keeping: ["making the map", "accent"], failed: ["not read", "error"],
};

/** Which step a phase is. */
export function stepOf(phase) {
  if (["choosing", "walking", "sending"].includes(phase)) return "choose";
  if (phase === "keeping") return "create";
  return "check";
}

/** {words, share} of the line below the name; null when there is nothing to wait for. */
export function lineOf({ phase, walked, sending, imported, isLost }) {
  if (phase === "walking") return walkingOf(walked);
  if (phase === "sending") return sending ? sendingOf(sending) : { words: "Sending", share: 0 };
  if (isLost && (phase === "reading" || phase === "keeping")) return { words: "Connection lost. It goes on by itself.", share: null };
  if (phase === "reading" && imported?.state === "reading" && (!imported.outline || imported.isBefore)) {
    return { words: imported.progress?.words ?? "Looking at the file", share: null }; // figures are of the time before
  }
  if (phase === "reading") return progressOf(imported?.progress, "Looking at the file");
  if (phase === "keeping") return progressOf(imported?.progress, "Making the project");
  return null;
}

export function mountFileCard({ root, state, onReplace, onCancel, signal }) {
  const part = (name) => root.querySelector(`#data-file${name}`);
  const [card, bar, act] = ["", "-bar", "-act"].map(part);
  act.addEventListener("click", () => (isGoing(state.get().phase) ? onCancel() : onReplace()), { signal });

  function showLine(line) {
    part("-line").hidden = !line;
    if (!line) return;
    bar.classList.toggle("unknown", line.share === null);
    if (line.share === null) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(Math.round(100 * line.share)));
    bar.setAttribute("aria-valuetext", line.words);
    bar.firstElementChild.style.width = `${100 * (line.share ?? 0)}%`;
    part("-progress").textContent = line.words;
  }

  function render(value) {
    const { phase, source, imported, problem } = value;
    card.hidden = phase === "choosing";
    if (card.hidden) return;
    part("-name").textContent = calledOf({ imported, source }) || "Sample set";
    const size = imported?.size ?? source?.size;
    part("-size").textContent = size ? sizeOf(size) : "";
    const [words, tone] = phase === "reading" && imported?.state === "receiving" && !isPartlySent(imported) ? ["fetching", "accent"] : STATES[phase];
    part("-state").className = `chip ${tone}`;
    part("-state").replaceChildren(...(phase === "ready" ? [icon("check")] : phase === "failed" ? [icon("warn")] : []), words);
    showLine(lineOf(value));
    part("-words").textContent = foundOf(value);
    part("-problem").textContent = phase === "failed" ? problem : "";
    act.textContent = value.before ? "Stop" : isGoing(phase) ? "Cancel" : "Replace";
    act.hidden = phase === "keeping";
  }

  return state.subscribe(["phase", "source", "walked", "sending", "imported", "problem", "isLost", "before"], render);
}

const isGoing = (phase) => ["walking", "sending", "reading"].includes(phase);

function foundOf({ phase, source, imported }) {
  if (phase === "sending") return source.numFiles > 1 ? `${num(source.numFiles)} files, packed into one on the way.` : "";
  if (phase !== "ready" || !imported.outline) return "";
  if (imported.outline.kind === "project") return "A project saved by Lodemap, with its names, runs and map.";
  if (!imported.summary) return "";
  const { classes, num_unlabelled: unlabelled } = imported.summary;
  const labels = classes.length ? `${many(classes.length, "class", "classes")}${unlabelled ? `, ${num(unlabelled)} without a label` : ""}` : "no labels";
  return `${imported.outline.format}, ${amountOf(imported.summary, imported.outline.kind)}, ${labels}.`;
}

export function mountSteps({ root, state, go, signal }) {
  const buttons = new Map([...root.querySelectorAll("#data-steps button")].map((each) => [each.dataset.step, each]));
  buttons.get("check").addEventListener("click", go, { signal });

  function render({ phase }) {
    const now = STEPS.indexOf(stepOf(phase));
    for (const [at, name] of STEPS.entries()) {
      const button = buttons.get(name);
      button.parentElement.classList.toggle("done", at < now);
      button.parentElement.classList.toggle("on", at === now);
      if (at === now) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      button.disabled = phase !== "ready" || name !== "check";
      button.firstElementChild.replaceChildren(at < now ? icon("check") : String(at + 1));
      if (at < now) button.firstElementChild.append(el("span", { class: "sr-only" }, "done"));
    }
  }

  render(state.get());
  return state.subscribe(["phase"], render);
}
