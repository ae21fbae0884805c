// The three lists of what was said: one is open.

export function mountTabs({ state, root }) {
  const bar = root.querySelector("#review-tabs");
  const tabs = [...bar.querySelectorAll("[data-tab]")];

  function render({ tab }) {
    for (const each of tabs) {
      const isOn = each.dataset.tab === tab;
      each.setAttribute("aria-selected", String(isOn));
      each.tabIndex = isOn ? 0 : -1;
      root.querySelector(`#panel-${each.dataset.tab}`).hidden = !isOn;
    }
  }

  function onClick(event) {
    const tab = event.target.closest("[data-tab]");
    if (tab) state.set({ tab: tab.dataset.tab });
  }

  function onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((each) => each.dataset.tab === state.get().tab);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    state.set({ tab: next.dataset.tab });
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  bar.addEventListener("click", onClick);
  bar.addEventListener("keydown", onKey);
  const stop = state.subscribe(["tab"], render);
  render(state.get());
  return () => {
    stop();
    bar.removeEventListener("click", onClick);
    bar.removeEventListener("keydown", onKey);
  };
}
