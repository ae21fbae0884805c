// The icons of components/icons.py as elements.
//
//   icon(name, className?) -> <svg class="i"> that follows the text's colour and is skipped by
//                             assistive technology. 16 grid, 1.5 stroke.
//   setIcon(span, name)       gives a span drawn by components/icons.py another shape.

const SPRITE = new URL("./icons.svg", import.meta.url).href;
const SVG = "http://www.w3.org/2000/svg";

export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `i ${className}`.trim());
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#i-${name}`);
  svg.append(use);
  return svg;
}

export function setIcon(span, name) {
  if (!span) return;
  const rest = [...span.classList].filter((each) => !each.startsWith("i-"));
  span.className = [...rest, `i-${name}`].join(" ");
}
