// Nodes of a page without a browser, for tests of whole parts: text, attributes, events that bubble, simple selectors.
// Nothing is laid out: a test says where a node is by its `box`, and that the pointer is on it by `isHovered`.

const PART = String.raw`[#.][\w-]+|\[[\w-]+(?:="?[^"\]]*"?)?\]|:[\w-]+(?:\([^)]*\))?`;
const PIECE = new RegExp(`^(\\*|[\\w-]*)((?:${PART})*)$`);
const FLAGS = ["hidden", "disabled", "open", "selected", "multiple"];
const WORDS = ["id", "title"];
const NOWHERE = { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
/** What getComputedStyle says of every node and every custom property. */
const STYLE = "#102030";

/** The pieces of a selector at its spaces, those in brackets left whole. */
const piecesOf = (selector) => selector.trim().match(/(?:\[[^\]]*\]|\S)+/g);
const isInside = (node, wanted) => node === wanted || Boolean(wanted?.parent && isInside(node, wanted.parent));
const below = (node) => node.children.flatMap((each) => [each, ...below(each)]);
const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);

function isState(node, state) {
  const [, name, of] = /^([\w-]+)(?:\((.*)\))?$/.exec(state);
  if (name === "not") return !isA(node, of);
  if (name === "hover") return node.isHovered;
  if (name === "last-child") return node.parent?.children.at(-1) === node;
  if (name === "focus-within") return isInside(node, document.activeElement);
  if (name === "focus-visible") return node === document.activeElement && !node.isPressed;
  throw new Error(`Nodes of tests do not know the selector :${state}.`);
}

/** Whether a node is what one piece of a selector names: tag, #id, .class, [name], [name="value"], :not(), :hover, :last-child, :focus-visible (of what the mouse has not pressed, `isPressed`). */
function isA(node, piece) {
  const found = PIECE.exec(piece);
  if (!found) throw new Error(`Nodes of tests do not know the selector ${piece}.`);
  const [, tag, rest] = found;
  if (tag && tag !== "*" && node.tag !== tag) return false;
  return (rest.match(new RegExp(PART, "g")) ?? []).every((part) => {
    if (part[0] === "#") return node.getAttribute("id") === part.slice(1);
    if (part[0] === ".") return node.classList.contains(part.slice(1));
    if (part[0] === ":") return isState(node, part.slice(1));
    const [, name, value] = /^\[([\w-]+)(?:="?([^"]*)"?)?\]$/.exec(part);
    return value === undefined ? node.hasAttribute(name) : node.getAttribute(name) === value;
  });
}

/** Whether a node is what the last of the pieces names, below what those before it name. */
const isBelow = (node, pieces) => isA(node, pieces.at(-1)) && (pieces.length === 1 || above(node).some((each) => isBelow(each, pieces.slice(0, -1))));
const isAnyOf = (node, selector) => selector.split(",").some((each) => isBelow(node, piecesOf(each)));

/** The classes of a node, as its attribute lists them. */
function classListOf(node) {
  const all = () => (node.getAttribute("class") ?? "").split(" ").filter(Boolean);
  const keep = (names) => node.setAttribute("class", [...new Set(names)].join(" "));
  const list = {
    contains: (name) => all().includes(name), add: (...names) => keep([...all(), ...names]), remove: (...names) => keep(all().filter((each) => !names.includes(each))),
    replace(one, other) { const isHere = list.contains(one); if (isHere) keep(all().map((each) => (each === one ? other : each))); return isHere; },
    toggle(name, isOn = !list.contains(name)) { list[isOn ? "add" : "remove"](name); return isOn; }, [Symbol.iterator]: () => all().values(),
  };
  return list;
}

const attributeOf = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The data of a node: attributes by another name. */
const datasetOf = (node) => new Proxy({}, {
  has: (_, name) => node.hasAttribute(attributeOf(name)), get: (_, name) => node.getAttribute(attributeOf(name)) ?? undefined,
  set(_, name, value) { node.setAttribute(attributeOf(name), value); return true; }, deleteProperty(_, name) { node.removeAttribute(attributeOf(name)); return true; },
});

/** What has a place in a page, and is in one place at a time. */
const placed = (Base) => class extends Base {
  parent = null;
  get parentNode() { return this.parent; }
  get parentElement() { return this.parent; }
  get isConnected() { return isInside(document.body, this); }
  contains(node) { return isInside(this, node); }
  remove() {
    if (this.parent) this.parent.childNodes = this.parent.childNodes.filter((each) => each !== this);
    this.parent = null;
  }
};

class Words extends placed(Object) {
  constructor(text) { super(); this.textContent = String(text); }
}

class Leaf extends placed(EventTarget) {
  #typed;
  #isChecked;
  #attributes = new Map();
  childNodes = [];
  box = NOWHERE;
  isHovered = false;
  style = { setProperty(name, value) { this[name] = value; }, removeProperty(name) { delete this[name]; } };

  constructor(tag) {
    super();
    this.tag = tag;
    this.classList = classListOf(this);
    this.dataset = datasetOf(this);
  }

  get attributes() { return [...this.#attributes].map(([name, value]) => ({ name, value })); }
  setAttribute(name, value) { this.#attributes.set(name, String(value)); }
  getAttribute(name) { return this.#attributes.get(name) ?? null; }
  hasAttribute(name) { return this.#attributes.has(name); }
  removeAttribute(name) { this.#attributes.delete(name); }
  toggleAttribute(name, isOn = !this.hasAttribute(name)) { if (isOn) this.setAttribute(name, ""); else this.removeAttribute(name); }
  get className() { return this.getAttribute("class") ?? ""; }
  set className(names) { this.setAttribute("class", names); }

  get options() { return this.querySelectorAll("option"); }
  /** What was typed or chosen last; of a select, one of its options. */
  get value() {
    if (this.tag !== "select") return this.#typed ?? this.getAttribute("value") ?? (this.tag === "option" ? this.textContent : "");
    const { options } = this;
    return (this.#typed === undefined ? options.find((each) => each.selected) ?? options[0] : options.find((each) => each.value === this.#typed))?.value ?? "";
  }
  set value(text) { this.#typed = String(text); }
  get checked() { return this.#isChecked ?? this.hasAttribute("checked"); }
  set checked(isChecked) { this.#isChecked = Boolean(isChecked); }
  get textContent() { return this.childNodes.map((each) => each.textContent).join(""); }
  set textContent(text) { this.replaceChildren(...(text === "" ? [] : [text])); }

  get children() { return this.childNodes.filter((each) => each instanceof Leaf); }
  get lastElementChild() { return this.children.at(-1) ?? null; }
  #place(at, given) {
    const nodes = given.map((each) => (each instanceof Leaf || each instanceof Words ? each : new Words(each)));
    for (const each of nodes) { each.remove(); each.parent = this; }
    this.childNodes.splice(at(), 0, ...nodes);
  }
  append(...nodes) { this.#place(() => this.childNodes.length, nodes); }
  appendChild(node) { this.append(node); return node; }
  prepend(...nodes) { this.#place(() => 0, nodes); }
  before(...nodes) { this.parent?.#place(() => this.parent.childNodes.indexOf(this), nodes); }
  after(...nodes) { this.parent?.#place(() => this.parent.childNodes.indexOf(this) + 1, nodes); }
  replaceChildren(...nodes) {
    for (const each of this.childNodes) each.remove();
    this.append(...nodes);
  }

  matches(selector) { return isAnyOf(this, selector); }
  closest(selector) { return [this, ...above(this)].find((each) => each.matches(selector)) ?? null; }
  querySelectorAll(selector) { return below(this).filter((each) => each.matches(selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }

  getBoundingClientRect() { return this.box; }
  get offsetWidth() { return this.box.width; }
  get offsetHeight() { return this.box.height; }
  scrollIntoView() {}
  focus() { document.activeElement = this; }
  blur() { if (document.activeElement === this) document.activeElement = null; }
  showModal() { this.open = true; }
  close() { this.open = false; this.dispatchEvent(new Event("close")); }

  /** Hear an event here, then in what this is in, as far as it bubbles; `target` stays this. */
  dispatchEvent(event) {
    Object.defineProperty(event, "target", { value: this, configurable: true });
    const hear = (node) => EventTarget.prototype.dispatchEvent.call(node, event);
    hear(this);
    for (const node of event.bubbles ? above(this) : []) if (!event.cancelBubble) hear(node);
    return !event.defaultPrevented;
  }
  /** An event of this kind, with more that its listeners read. */
  fire(kind, more = {}) { return this.dispatchEvent(Object.assign(new Event(kind, { bubbles: true, cancelable: true }), more)); }
  click() { if (!this.disabled) this.fire("click"); }
  type(text) { this.value = text; this.fire("input"); }
  choose(value) { this.value = value; this.fire("change"); }
}
for (const name of FLAGS) Object.defineProperty(Leaf.prototype, name, { get() { return this.hasAttribute(name); }, set(isOn) { this.toggleAttribute(name, Boolean(isOn)); } });
for (const name of WORDS) Object.defineProperty(Leaf.prototype, name, { get() { return this.getAttribute(name) ?? ""; }, set(text) { this.setAttribute(name, text); } });

/**
 * Begin a page, the global `document`, and its style sheet.
 * @param {string[] | Record<string, string>} ids of its nodes; in a record with the class of the one node that each holds, "" for none
 * @returns {Leaf} what holds them
 */
export function pageOf(ids = []) {
  const root = new Leaf("main");
  for (const [id, holds] of Array.isArray(ids) ? ids.map((each) => [each, ""]) : Object.entries(ids)) {
    const node = new Leaf("div");
    node.id = id;
    if (holds) { const inner = new Leaf("span"); inner.className = holds; node.append(inner); }
    root.append(node);
  }
  const createElement = (tag) => new Leaf(tag);
  const find = { querySelector: (selector) => root.querySelector(selector), querySelectorAll: (selector) => root.querySelectorAll(selector), getElementById: (id) => root.querySelector(`#${id}`) };
  globalThis.document = Object.assign(new EventTarget(), { ...find, body: root, documentElement: root, activeElement: null, createElement, createElementNS: (_, tag) => createElement(tag) });
  globalThis.getComputedStyle = () => ({ getPropertyValue: () => STYLE });
  return root;
}

/** The button below a node that says these words. */
export const buttonOf = (node, words) => node.querySelectorAll("button").find((each) => each.textContent === words);
