// Building DOM from values. Text only ever becomes text, so markup in a name stays harmless.
//
//   el("button", {class: "btn", "aria-label": "Close", onclick: fn}, [icon("close"), "Close"])
//     a key starting with "on" adds a listener, null and false leave the attribute out,
//     true sets it empty; children are nodes, strings, or null.
//   svg("path", {d: "M0 0H4"})    the same of a drawing, whose attributes are all set

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...[children].flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
