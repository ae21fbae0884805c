// The bar below a selection on the Review page: how many, and a comment on them; the Map page hands one over to begin with.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { EMPTY } from "../parts/selection.mjs";
import { ignoreStraying } from "../parts/straying.mjs";
import { takeSelection } from "../shell/handover.mjs";
import { settleToasts } from "../shell/toasts.mjs";
import { num } from "../parts/counting.mjs";

function comment({ state, root }) {
  state.set({ tab: "comments" });
  root.querySelector('#comment-list [data-draft="new"]')?.focus();
}

/** Begin a comment on what the Map page handed over, if it did. */
export function takeHanded({ state, root }) {
  const handed = takeSelection("review", state.get().projectId);
  if (!handed) return;
  state.set({ selection: { ...EMPTY, ...handed }, sample: null, ring: -1 });
  comment({ state, root });
}

export function mountSelected({ state, root }) {
  const host = root.querySelector("#review-selection");
  const left = new AbortController();
  ignoreStraying(host, left.signal);
  const count = el("b", { class: "strong" });
  const clear = () => state.set({ selection: EMPTY, sample: null, ring: -1 });

  host.replaceChildren(
    count, el("span", { class: "strong" }, "selected"), el("span", { class: "vr" }),
    el("button", { type: "button", class: "btn btn-light btn-sm", onclick: () => comment({ state, root }) }, [icon("chat"), "Comment"]),
    el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Clear the selection", "data-tip": "Clear the selection", "data-key": "Esc", onclick: clear }, icon("close")),
  );

  function render({ selection }) {
    host.hidden = selection.ids.length === 0;
    count.textContent = num(selection.ids.length);
    settleToasts();
  }

  const stop = state.subscribe(["selection"], render);
  render(state.get());
  return () => {
    left.abort();
    stop();
  };
}
