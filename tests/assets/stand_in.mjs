// What a component asks of the document, where no browser is: nodes that take everything and draw nothing.

/** A node; those it is asked for are made once a selector. */
export function createNode() {
  const inner = new Map();
  const node = (selector) => inner.get(selector) ?? inner.set(selector, createNode()).get(selector);
  const classes = new Set();
  const made = Object.assign(new EventTarget(), {
    hidden: false, textContent: "", style: { setProperty() {} }, offsetWidth: 0, offsetHeight: 0, children: [],
    classList: { toggle: (name, isOn) => (isOn ? classes.add(name) : classes.delete(name)), contains: (name) => classes.has(name), add: (name) => classes.add(name) },
    append() {}, before() {}, remove() {}, setAttribute() {}, toggleAttribute() {},
    replaceChildren(...children) { this.children = children; },
    querySelector: node, querySelectorAll: () => [], getBoundingClientRect: () => ({ left: 0, top: 0, right: 800, bottom: 600, width: 800, height: 600 }),
  });
  const parent = { get: () => node("(parent)") };
  return Object.defineProperties(made, { parentNode: parent, parentElement: parent });
}

/** The document of the components under test, and its style sheet. */
export function standIn() {
  globalThis.document = { documentElement: {}, createElement: createNode, createElementNS: createNode, getElementById: () => null, querySelector: () => null, querySelectorAll: () => [] };
  globalThis.getComputedStyle = () => ({ getPropertyValue: () => "#102030" });
}
