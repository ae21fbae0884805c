// How many samples each class has, as bars of two parts.
//
//   drawBalance({root, scope, rows, none?})     rows: [{name, slot, full, light, figures: [text, text] or [text]}]
//     a bar is as long as full + light; `none` is what stands there without rows: {title, words}

import { el } from "../parts/elements.mjs";

export function drawBalance({ root, scope, rows, none }) {
  const place = root.querySelector(`#${scope}-balance`);
  root.querySelector(`#${scope}-balance-legend`).hidden = rows.length === 0;
  if (rows.length === 0) {
    place.replaceChildren(el("li", { class: "empty" }, [el("span", { class: "strong" }, none.title), el("span", {}, none.words)]));
    return;
  }
  const most = Math.max(1, ...rows.map((row) => row.full + row.light));
  const part = (name, size) => el("i", { class: name, style: `width:${(100 * size) / most}%` });
  place.replaceChildren(...rows.map((row) =>
    el("li", { class: `bar slot-${row.slot}` }, [
      el("span", { class: "clip", title: row.name }, row.name),
      el("span", { class: "bar-track", "aria-hidden": "true" }, [part("full", row.full), part("light", row.light)]),
      ...row.figures.map((text, at) => el("span", { class: at === 0 ? "num" : "num muted" }, text)),
    ])));
}

/** Show nothing, until something is known. */
export function clearBalance({ root, scope }) {
  root.querySelector(`#${scope}-balance`).replaceChildren();
  root.querySelector(`#${scope}-balance-legend`).hidden = true;
  drawThin({ root, scope, thin: null });
}

/** Show a sentence about classes with few held-out samples, or none. */
export function drawThin({ root, scope, thin }) {
  const place = root.querySelector(`#${scope}-thin`);
  place.hidden = !thin;
  if (thin) place.replaceChildren(el("span", { class: "i i-warn", "aria-hidden": "true" }), el("span", {}, [el("b", {}, thin.strong), ` ${thin.rest}`]));
}
