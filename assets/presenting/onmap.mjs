// Presenter mode on the Map page.

import { mountPresenting } from "./presenting.mjs";

export function mountPresentingOnMap({ state, root, keys, map, player, sync }) {
  const choice = root.querySelector("#color-mode");
  const paneOf = (name) => root.querySelector(`#${name}`);
  return mountPresenting({
    windows: () => [{ pane: paneOf("main-pane"), map: map.main }, ...(map.side ? [{ pane: paneOf("result-pane"), map: map.side }] : [])],
    page: "map", projectId: state.get().projectId, state, root, keys, map: map.main, player, onNews: sync.hear, onCut: sync.unhear,
    select: (ids) => state.set({ selection: { ids, region: null, snapshot: null } }),
    setColor(mode) {
      if (![...choice.options].some((option) => option.value === mode)) return;
      choice.value = mode; // seen, but not remembered: it is the presenter's choice
      state.set({ colorMode: mode, hidden: new Set() });
    },
  });
}
