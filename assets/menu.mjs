// A small menu that opens at a button or at the pointer, for the mouse and the keyboard.

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";

let open = null;

function move(node, step) {
  const items = [...node.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}

/**
 * Open a menu.
 * @param {{left: number, top: number, bottom: number}} at client pixels of what it belongs to
 * @param {{label: string, icon?: string, mark?: Node, key?: string, run: function}[]} items
 */
export function openMenu(at, items) {
  open?.close();
  const before = document.activeElement;
  const buttons = items.map((item) =>
    el("button", { type: "button", role: "menuitem", class: "dropdown-item", onclick: () => { close(); item.run(); } }, [
      item.mark ?? (item.icon ? icon(item.icon) : null),
      el("span", { class: "clip" }, item.label),
      item.key ? el("kbd", {}, item.key) : null,
    ]));
  const node = el("div", { class: "dropdown-menu show pop-menu", role: "menu" }, buttons);
  document.body.append(node);
  const { width, height } = node.getBoundingClientRect();
  const fitsBelow = at.bottom + 4 + height < innerHeight;
  node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, fitsBelow ? at.bottom + 4 : at.top - height - 4)}px`;

  function close() {
    node.remove();
    document.removeEventListener("pointerdown", onOutside, true);
    open = null;
    before?.focus?.({ preventScroll: true });
  }
  const onOutside = (event) => { if (!node.contains(event.target)) close(); };
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(node, step);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", onOutside, true);
  open = { close };
  buttons[0]?.focus();
}
