// The icons of components/icons.py as elements.
//
//   icon(name)           -> <span class="i"> that follows the text's colour and is skipped by assistive
//                           technology. 16 grid, 1.5 stroke. The style sheet draws it, so it shows without
//                           a connection too: an <svg use> fetches the sprite each time it is made.
//   drawing(name)        -> <svg class="i">, for the large ones whose stroke is thinner.
//   setIcon(span, name)     gives such a span another shape.

import { svg } from "./elements.mjs";

const SPRITE = new URL("../icons.svg", import.meta.url).href;

export function icon(name) {
  const span = document.createElement("span");
  span.className = `i i-${name}`;
  span.setAttribute("aria-hidden", "true");
  return span;
}

export function drawing(name) {
  return svg("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `${SPRITE}#i-${name}` }));
}

export function setIcon(span, name) {
  if (!span) return;
  const rest = [...span.classList].filter((each) => !each.startsWith("i-"));
  span.className = [...rest, `i-${name}`].join(" ");
}
