// The menu that names the selection: living classes by their keys, a new one, unsure, none.

import { el } from "./elements.mjs";
import { openMenu } from "./menu.mjs";
import { livingClasses } from "./classes.mjs";

/** @param {{left: number, top: number, bottom: number, isBeside?: boolean}} at client pixels of what it belongs to, and beside which it opens */
export function openNames(at, { state, actions }) {
  const living = livingClasses(state.get().classes);
  openMenu(at, [
    ...living.map((info, nth) => ({ label: info.name, mark: el("span", { class: `dot slot-${info.color}` }), key: nth < 9 ? String(nth + 1) : null, run: () => actions.annotate(info.class_index) })),
    { label: "New class", icon: "plus", key: "N", run: () => actions.annotateNew() },
    { label: "Unsure", mark: el("span", { class: "dot unsure" }), key: "U", run: () => actions.markUnsure() },
    { label: "Clear the names", icon: "close", key: "0", run: () => actions.clear() },
  ], "Name the selection");
}
