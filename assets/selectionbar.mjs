// The floating bar under a selection: how many, and how to name them.

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";
import { openMenu } from "./menu.mjs";
import { livingClasses } from "./view.mjs";

export function mountSelectionBar({ state, actions, keys, root }) {
  const host = root.querySelector("#selection-bar");
  const count = el("b", { class: "strong" });
  const key = (cap) => el("kbd", {}, cap);
  const name = el("button", { type: "button", class: "btn btn-light btn-sm", "aria-haspopup": "menu", "aria-label": "Name the selection", onclick: openNames },
    [el("span", { class: "cap" }, "name with"), key("1"), el("span", { class: "cap" }, "to"), key("9"), icon("caret")]);
  const close = el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Clear the selection", "data-tip": "Clear the selection", "data-key": "Esc", onclick: clear }, icon("close"));
  host.replaceChildren(count, el("span", { class: "strong" }, "selected"), el("span", { class: "vr" }), name, close);

  function clear() {
    actions.select(new Uint32Array(0));
  }

  function openNames() {
    const living = livingClasses(state.get().classes);
    openMenu(host.getBoundingClientRect(), [
      ...living.map((info, nth) => ({ label: info.name, mark: el("span", { class: `dot slot-${info.color}` }), key: nth < 9 ? String(nth + 1) : null, run: () => actions.annotate(info.class_index) })),
      { label: "New class", icon: "plus", key: "N", run: () => actions.annotateNew() },
      { label: "Unsure", mark: el("span", { class: "dot unsure" }), key: "U", run: () => actions.markUnsure() },
      { label: "Clear the names", icon: "close", key: "0", run: () => actions.clear() },
    ]);
  }

  function render({ selection }) {
    const { length } = selection.ids;
    host.hidden = length === 0;
    count.textContent = length.toLocaleString("en");
  }

  const unregister = keys.register("Escape", { label: "Clear the selection", group: "Select", when: () => state.get().selection.ids.length > 0, run: clear });
  const stop = state.subscribe(["selection"], render);
  return () => {
    stop();
    unregister();
  };
}
