// What the marks on the map mean, at its foot: told once both kinds are on it, what people named and what is predicted.

import { el } from "../parts/elements.mjs";
import { NO_CLASS } from "../parts/classes.mjs";

const MARKS = [["named", "named"], ["predicted", "predicted"], ["held-out", "held out"]];

/** Whether names and predictions are on the map side by side. Pure. */
export function isTold({ colorMode, named, prediction }) {
  if (colorMode !== "class" || !named || !prediction) return false;
  return named.some((value) => value >= 0) && named.some((value, id) => value === NO_CLASS && prediction[id] >= 0);
}

export function mountMarksNote({ state, root }) {
  const host = root.querySelector("#marks-note");
  host.replaceChildren(...MARKS.map(([kind, words]) => el("span", {}, [el("i", { class: `mark-sample ${kind}`, "aria-hidden": "true" }), words])));
  return state.subscribe(["colorMode", "named", "prediction"], (value) => { host.hidden = !isTold(value); });
}
