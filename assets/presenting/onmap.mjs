// Presenter mode on the Map page.

import { mountPresenting } from "./presenting.mjs";

export function mountPresentingOnMap({ state, root, keys, map, player, sync, actions }) {
  const choice = root.querySelector("#color-mode");
  const paneOf = (name) => root.querySelector(`#${name}`);
  return mountPresenting({
    windows: () => [{ pane: paneOf("main-pane"), map: map.main }, ...(map.side ? [{ pane: paneOf("result-pane"), map: map.side }] : [])],
    page: "map", projectId: state.get().projectId, state, root, keys, map: map.main, player, onNews: sync.ring, onCut: sync.cut,
    select: (ids) => actions.select(ids), // on the map that is on this screen: another may be on the presenter's
    setColor(mode) {
      if (![...choice.options].some((option) => option.value === mode)) return;
      choice.value = mode; // seen, but not remembered: it is the presenter's choice
      state.set({ colorMode: mode, hidden: new Set() });
    },
  });
}
