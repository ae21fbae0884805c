// What is selected, on its way to a comment: a button in the bar under it, which leads to the Review page.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { takeTo } from "../shell/handover.mjs";

export function mountCommenting({ state, keys, root }) {
  const button = el("button", { type: "button", id: "selection-comment", class: "btn btn-light btn-sm", "aria-label": "Comment on the selection", "data-tip": "Comment on the selection, on the Review page", "data-key": "Shift C", onclick: comment },
    [icon("chat"), el("span", { class: "word" }, "Comment")]);
  root.querySelector("#selection-bar").lastElementChild.before(button);

  function comment() {
    const { selection, server } = state.get();
    takeTo("review", server.project.project_id, selection.ids, selection.snapshot);
  }

  return keys.register("shift+c", { label: "Comment on the selection", group: "Select", when: () => state.get().selection.ids.length > 0, run: comment });
}
