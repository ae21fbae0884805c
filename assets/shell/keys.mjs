// Keys and the overlay that lists them.
//
//   createKeys({refuse}) -> {register(key, {label, group?, when?, run, hidden?}) -> unregister, mention(), hold(), list(), toggle()}
//     key    "1", "u", "Escape", "Enter", "/", "?", "ctrl+z", "ctrl+shift+z", or "1…9" shown but
//            bound as nine keys: run receives the event, so event.key tells which
//     label  what it does, or () -> what it does, which the overlay asks when it opens
//     group  heading in the overlay ("Select", "Name", "Run", "Page")
//     when   () -> boolean; a key whose `when` says no falls through
//     hidden leaves the key out of the overlay (a second key for the same thing)
//   mention(key, {label, group}) -> unregister: lists what is no key of the page, such as "shift+drag" or what a part hears
//            while it has the focus
//   refuse(entry) -> whether the entry may not be used; it says why
//   hold(group, when) -> undo: while when() holds, the keys of a group alone act
//   Keys are silent while somebody types, while a dialog is open, and Enter and Space while a
//   button or link has the focus that the pointer has not given it; Escape leaves a field for the page's own keys.
//   Cmd counts as Ctrl. `?` and [data-act="keys"] open the overlay.

import { isComposing } from "../parts/composing.mjs";
import { el } from "../parts/elements.mjs";
import { openDialog } from "../parts/dialog_box.mjs";

const NAMES = { Escape: "Esc", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", ctrl: "Ctrl", shift: "Shift", alt: "Alt", drag: "drag", click: "click", wheel: "wheel" };

const IS_MAC = /^(mac|ip)/i.test(globalThis.navigator?.platform ?? "");

/** Whether Alt was only held to reach a sign such as `[`: AltGr says Ctrl and Alt on Windows, Option says Alt on a Mac. */
function isAltForSign(event, isMac) {
  if (!/^[^a-z0-9 ]$/i.test(event.key)) return false;
  return Boolean(event.getModifierState?.("AltGraph")) || (isMac && event.altKey && !event.ctrlKey && !event.metaKey);
}

/** The name of the key a keyboard event means: "ctrl+z", "?", "Escape". */
export function keyName(event, isMac = IS_MAC) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const isLetter = /^[a-z]$/i.test(key);
  const isNamed = key.length > 1;
  const isSign = isAltForSign(event, isMac);
  const held = [!isSign && (ctrlKey || metaKey) && "ctrl", !isSign && altKey && "alt", shiftKey && (isNamed || isLetter) && "shift"];
  return [...held.filter(Boolean), isLetter ? key.toLowerCase() : key].join("+");
}

/** The keys a spec stands for: "1…3" is 1, 2 and 3. */
export function expand(spec) {
  const range = /^(\d)…(\d)$/.exec(spec);
  if (!range) return [spec];
  const [first, last] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
}

/** The keycaps to draw for a spec: "ctrl+z" is ["Ctrl", "Z"]. */
export function caps(spec) {
  if (spec.includes("…")) return spec.split("…").flatMap((end, at) => (at ? ["to", end] : [end]));
  return spec.split(/\+(?=.)/).map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** Whether the page's keys must stay silent for an event on this element. */
export function isSilent(target, name, hasDialog) {
  if (hasDialog) return true;
  if (!target?.matches) return false;
  if (target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select") || target.isContentEditable) return true;
  return (name === "Enter" || name === " ") && target.matches("button, a, summary, [role=button], [role=menuitem], input");
}

/** Entries by group, in order of registration, with what each does now: [{group, entries: [{spec, label}]}]. */
export function grouped(entries) {
  const groups = new Map();
  for (const entry of entries) {
    if (entry.hidden) continue;
    if (!groups.has(entry.group)) groups.set(entry.group, []);
    const { label } = entry;
    groups.get(entry.group).push({ ...entry, label: typeof label === "function" ? label() : label });
  }
  return [...groups].map(([group, list]) => ({ group, entries: list }));
}

function row({ spec, label }) {
  const keys = caps(spec).map((cap) => (cap === "to" ? el("span", { class: "cap" }, "to") : el("kbd", {}, cap)));
  return el("div", { class: "key-row" }, [el("dt", {}, label), el("dd", {}, keys)]);
}

function overlay(entries) {
  const columns = grouped(entries).map(({ group, entries: list }) =>
    el("section", {}, [el("h3", {}, group), el("dl", {}, list.map(row))]));
  return el("div", { class: "key-list" }, columns);
}

/** @param {{refuse?: (entry: object) => boolean}} options */
export function createKeys({ refuse = () => false } = {}) {
  const entries = [];
  const holds = [];
  let open = null;
  // Whoever chose with the pointer is done: the page's keys are theirs again. Those who choose by keys walk on in the list.
  let isByPointer = false;
  let pointed = null; // the button that was pressed by the pointer last

  /** @param {string} spec @param {{label: string | (() => string), group?: string, when?: () => unknown, run: (event: KeyboardEvent) => unknown, hidden?: boolean}} entry */
  function register(spec, { label, group = "Page", when = () => true, run, hidden = false }) {
    return add({ spec, names: expand(spec), label, group, when, run, hidden });
  }

  const mention = (spec, { label, group }) => add({ spec, names: [], label, group });

  function add(entry) {
    entries.push(entry);
    return () => entries.splice(entries.indexOf(entry), 1);
  }

  /** While `when()` holds only the keys of a group act: what is under way must not be lost to a slip of the finger. */
  function hold(group, when) {
    const held = { group, when };
    holds.push(held);
    return () => holds.splice(holds.indexOf(held), 1);
  }

  function entryFor(name) {
    const held = holds.find((each) => each.when());
    return entries.findLast((each) => each.names.includes(name) && (!held || each.group === held.group) && each.when());
  }

  function toggle() {
    if (open) return open.close();
    open = openDialog({ title: "Keys", content: overlay(entries), class: "dialog-wide dialog-keys", onClose: () => { open = null; } });
    return undefined;
  }

  register("?", { label: "Show the keys", group: "Page", run: toggle });
  document.addEventListener("keydown", (event) => {
    const name = keyName(event);
    const hasDialog = Boolean(document.querySelector("dialog[open], .modal.show, .dropdown-menu.show"));
    if (event.defaultPrevented || isComposing(event)) return;
    if (open && name === "?") return void open.close();
    if (isSilent(event.target, name, hasDialog) && !(event.target === pointed && !hasDialog && entryFor(name))) {
      if (name === "Escape" && !hasDialog) /** @type {HTMLElement} */ (event.target).blur();
      return;
    }
    const entry = entryFor(name);
    if (!entry) return;
    event.preventDefault();
    if (event.target === pointed) pointed.blur?.(); // some browsers press a button when Space is let go
    // A key that is held down is one gesture, but for those that walk.
    if (event.repeat && !name.includes("Arrow")) return;
    if (!refuse(entry)) entry.run(event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-act="keys"]')) toggle();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    isByPointer = /** @type {Element} */ (target).matches?.("select") ?? false;
    pointed = target.closest?.("button") ?? null;
  }, true);
  document.addEventListener("keydown", ({ key }) => {
    isByPointer = false;
    if (key === "Tab") pointed = null;
  }, true);
  document.addEventListener("change", ({ target }) => { const chosen = /** @type {Element} */ (target); if (isByPointer && chosen.matches?.("select")) chosen.blur(); });
  return { register, mention, hold, toggle, list: () => [...entries] };
}
