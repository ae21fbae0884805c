// Building DOM from values. Text only ever becomes text, so markup in a name stays harmless.
//
//   el("button", {class: "btn", "aria-label": "Close", onclick: fn}, [icon("close"), "Close"])
//     a key starting with "on" adds a listener, null and false leave the attribute out,
//     true sets it empty; children are nodes, strings, or null.
//   svg("path", {d: "M0 0H4"})    the same of a drawing, whose attributes are all set

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {string} T
 * @param {T} tag
 * @param {Object<string, string | number | boolean | null | undefined | Function>} [attributes]
 * @param {Child | Child[]} [children]
 * @returns {T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : HTMLElement}
 */
export function el(tag, attributes = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  const there = [children].flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.append(.../** @type {(Node | string)[]} */ (there));
  return /** @type {any} */ (node); // of the kind its tag says
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Object<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}
