// Nodes of a page without a browser: text, attributes, listeners and simple selectors, for tests of whole parts.

/** Whether a node is what one piece of a selector names: tag, #id, .class, [name] and [name="value"]. */
function isA(node, piece) {
  const [, tag, rest] = /^([\w-]*)(.*)$/.exec(piece);
  if (tag && node.tag !== tag) return false;
  return (rest.match(/[#.][\w-]+|\[[^\]]+\]/g) ?? []).every((part) => {
    if (part[0] === "#") return node.getAttribute("id") === part.slice(1);
    if (part[0] === ".") return node.classes().includes(part.slice(1));
    const [, name, value] = /^\[([\w-]+)(?:="?([^"]*)"?)?\]$/.exec(part);
    return value === undefined ? node.attributes.has(name) : node.getAttribute(name) === value;
  });
}

class Leaf extends EventTarget {
  attributes = new Map();
  children = [];
  parent = null;
  style = { setProperty() {} };
  value = "";

  constructor(tag) {
    super();
    this.tag = tag;
    this.dataset = new Proxy({}, { get: (_, name) => this.getAttribute(`data-${name}`) ?? undefined, set: (_, name, value) => { this.setAttribute(`data-${name}`, value); return true; } });
    this.classList = { toggle: (name, isOn) => this.#class(name, isOn), add: (name) => this.#class(name, true), remove: (name) => this.#class(name, false) };
  }

  #class(name, isOn) { this.setAttribute("class", [...this.classes().filter((each) => each !== name), ...(isOn ? [name] : [])].join(" ")); }
  classes() { return (this.getAttribute("class") ?? "").split(" "); }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  append(...nodes) { for (const each of nodes) { if (each.parent !== undefined) each.parent = this; this.children.push(each); } }
  after(...nodes) { this.parent?.append(...nodes); }
  replaceChildren(...nodes) { this.children = []; this.append(...nodes); }
  remove() { if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this); }
  contains(node) { return node === this || (node?.parent ? this.contains(node.parent) : false); }
  querySelectorAll(selector) {
    const pieces = selector.match(/(?:\[[^\]]*\]|\S)+/g);
    const isFound = (node, left) => isA(node, left.at(-1)) && (left.length === 1 || above(node).some((each) => isFound(each, left.slice(0, -1))));
    return below(this).filter((node) => isFound(node, pieces));
  }
  matches(selector) { return isA(this, selector); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  focus() {}
  showModal() {}
  close() { this.dispatchEvent(new Event("close")); }
  scrollIntoView() {}
  click() { this.dispatchEvent(new Event("click")); }
  type(text) { this.value = text; this.dispatchEvent(new Event("input")); }
  get textContent() { return this.children.map((each) => each.textContent ?? each).join(""); }
  set textContent(text) { this.children = [text]; }
}

const below = (node) => node.children.filter((each) => each instanceof Leaf).flatMap((each) => [each, ...below(each)]);
const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);

/** Begin a page, the global `document`. @param {Record<string, string>} ids its nodes, and the selector's class each holds, "" for none */
export function pageOf(ids) {
  const root = new Leaf("main");
  for (const [id, holds] of Object.entries(ids)) {
    const node = new Leaf("div");
    node.setAttribute("id", id);
    if (holds) { const inner = new Leaf("span"); inner.setAttribute("class", holds); node.append(inner); }
    root.append(node);
  }
  globalThis.document = { addEventListener() {}, querySelectorAll: (selector) => root.querySelectorAll(selector), body: root, createElement: (tag) => new Leaf(tag), createElementNS: (_, tag) => new Leaf(tag), activeElement: null, documentElement: root };
  return root;
}

/** The button below a node that says these words. */
export const buttonOf = (node, words) => node.querySelectorAll("button").find((each) => each.textContent === words);
