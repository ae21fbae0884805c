// Maps within a page that scrolls: the wheel is the page's over them too, and theirs with Ctrl.

import { kept } from "../shell/storing.mjs";
import { showToast } from "../shell/toasts.mjs";

const TOLD = "lodemap.wheel-told";

/** Say how the maps are zoomed, once in a browser. */
function tellOnce() {
  if (kept.getItem(TOLD)) return;
  kept.setItem(TOLD, "1");
  showToast({ text: "Ctrl and the wheel zoom the maps." });
}

/**
 * @param {HTMLElement[]} panes around the maps
 * @param {{onLeft?: () => void, signal?: AbortSignal}} [options] onLeft hears that the wheel went over a map
 */
export function leaveWheel(panes, { onLeft = tellOnce, signal } = {}) {
  function onWheel(event) {
    if (event.ctrlKey || event.metaKey) return void event.preventDefault(); // a browser would zoom the page
    event.stopPropagation();
    return onLeft();
  }
  for (const pane of panes) pane.addEventListener("wheel", onWheel, { capture: true, passive: false, signal });
}
