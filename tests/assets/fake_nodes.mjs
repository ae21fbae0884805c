/** Puts a document in place that makes elements as small as tests of components need; each has `all()`, itself and what is in it. */
export function fakeNodes() {
  const element = (tag) => {
    const node = { tag, children: [], attributes: {}, style: {}, hears: {}, classList: { toggle() {}, add() {} }, contains: () => false, querySelector: () => null, focus() {} };
    node.append = (...given) => node.children.push(...given);
    node.replaceChildren = (...given) => { node.children = given; };
    node.setAttribute = (name, value) => { node.attributes[name] = value; };
    node.addEventListener = (name, run) => { node.hears[name] = run; };
    node.removeEventListener = () => {};
    node.all = () => [node, ...node.children.flatMap((child) => child?.all?.() ?? [])];
    node.querySelectorAll = () => node.all().filter((each) => ["select", "input"].includes(each.tag));
    return node;
  };
  globalThis.document = { createElement: element, activeElement: null };
  return element;
}
