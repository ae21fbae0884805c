// A small menu that opens at a button or at the pointer, for the mouse and the keyboard.

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";

let open = null;

/** Close the one that is open: what its entries do is of a page that is left. */
export const closeMenu = () => open?.close();

/** Where a key leads from the entry at `at`, or null; nowhere in a menu without entries. */
export function entryAfter(key, at, count) {
  if (count === 0) return null;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) return (at + step + count) % count;
  return { Home: 0, End: count - 1 }[key] ?? null;
}

/** Where a menu of a size goes: below what it belongs to, above where there is no room, or to its left. Pure. */
export function placeOf(at, { width, height }, room) {
  const within = (value, most) => Math.max(8, Math.min(value, most - 8));
  if (at.isBeside && at.left - width > 16) return { x: at.left - width - 8, y: within(at.bottom - height, room.height - height) };
  const fitsBelow = at.bottom + 4 + height < room.height;
  const left = at.left ?? at.right - width;
  return { x: within(left, room.width - width), y: Math.max(8, fitsBelow ? at.bottom + 4 : at.top - height - 4) };
}

/** The entry whose keycap a keyboard event presses, or undefined; "3", "N", "Ctrl S". */
export function entryOf(event, items) {
  const pressed = [event.ctrlKey || event.metaKey ? "CTRL" : "", event.key.toUpperCase()].filter(Boolean).join(" ");
  return event.altKey ? undefined : items.find((item) => item.key?.toUpperCase() === pressed);
}

/** Close the one that a control in a node opened, where the node goes. */
export const closeMenuOf = (node) => { if (open?.opener && node.contains(open.opener)) open.close(); };

/** @typedef {{left?: number, right?: number, top: number, bottom: number, isBeside?: boolean}} Spot client pixels */

/**
 * Open a menu; the press of a control whose menu is open closes it.
 * @param {Element | (Spot & {getBoundingClientRect?: undefined})} at the control it
 *   belongs to, or client pixels: without a left edge it ends where that ends; beside it opens to the left, where what
 *   stands above must stay in sight
 * @param {{label: string, icon?: string, mark?: Node, key?: string, act?: string, isDanger?: boolean, run: function}[]} items
 *   act: what it is known by to those who forbid it
 * @param {string} label what the menu is for, said by a screen reader
 * @param {{head?: Node, opener?: Element}} options head: what stands above the entries; opener: the control, where `at` is a place
 */
export function openMenu(at, items, label, { head = null, opener = at.getBoundingClientRect ? /** @type {Element} */ (at) : null } = {}) {
  const isOwn = opener !== null && open?.opener === opener;
  open?.close();
  if (isOwn) return;
  const before = document.activeElement;
  const buttons = items.map((item) =>
    el("button", { type: "button", role: "menuitem", class: item.isDanger ? "dropdown-item danger" : "dropdown-item", "data-act": item.act, onclick: () => { close(); item.run(); } }, [
      item.mark ?? (item.icon ? icon(item.icon) : null),
      el("span", { class: "clip" }, item.label),
      item.key ? el("kbd", {}, item.key) : null,
    ]));
  const node = el("div", { class: "dropdown-menu show pop-menu", role: "menu", tabindex: "-1", "aria-label": label }, [head, ...buttons]);
  document.body.append(node);
  const { width, height } = node.getBoundingClientRect();
  const { x, y } = placeOf(at.getBoundingClientRect?.() ?? at, { width, height }, { width: innerWidth, height: innerHeight });
  node.style.left = `${x}px`;
  node.style.top = `${y}px`;
  opener?.setAttribute("aria-expanded", "true");

  const listening = new AbortController();
  const hear = (target, name, run) => target.addEventListener(name, run, { capture: true, signal: listening.signal });
  function close() {
    node.remove();
    listening.abort();
    opener?.setAttribute("aria-expanded", "false");
    open = null;
    before?.focus?.({ preventScroll: true });
  }
  hear(document, "pointerdown", ({ target }) => { if (!node.contains(target) && !opener?.contains(target)) close(); });
  // what it stands beside is elsewhere
  hear(document, "scroll", ({ target }) => { if (opener && target.contains(opener)) close(); });
  hear(globalThis, "resize", close);
  node.addEventListener("keydown", (event) => {
    const next = entryAfter(event.key, buttons.findIndex((each) => each === document.activeElement), buttons.length);
    const named = entryOf(event, items);
    if (next !== null) buttons[next].focus();
    else if (named) {
      close();
      named.run();
    } else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  open = { close, opener };
  (buttons[0] ?? node).focus();
}
