// What stands in the map's place on the Review page while there is no picture, or no canvas to draw it on.

import { CARD_LOST } from "../mappage/nomap.mjs";

const NO_MAP = "Open it on the Map page: the map forms itself there, and its history begins.";

export function mountNoMap({ state, cover, acts }) {
  let told = null;

  function show(what) {
    if (what === told) return;
    told = what;
    if (what === "lost") cover.opening(CARD_LOST);
    else if (what === "none") cover.noMap(NO_MAP, { label: "Open the map", href: `/?project=${state.get().projectId}` });
    else if (what === "opening") cover.opening("Opening the history");
    else cover.clear();
  }

  function render({ shown, isCardLost }) {
    const step = acts.stepNow();
    if (isCardLost) show("lost");
    else if (shown) show("map");
    else show(step && !step.head ? "none" : "opening");
  }

  render(state.get());
  return state.subscribe(["shown", "history", "chosen", "isCardLost"], render);
}
