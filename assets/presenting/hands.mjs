// When a hand of one's own takes hold of the view: following stops, it never fights the hand.

import { keyName } from "../shell/keys.mjs";

/** Places where a press or a wheel is about the view, the time or the selection. */
const PLACES = ".nsewdrag, .map-glass, .timeline, #map-fit, #map-outside, #map-sight, #color-mode, .step-node, .palette-row, #gallery-view, #pane-tabs, #selection-bar, #review-selection";
const KEYS = new Set([" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "shift+ArrowLeft", "shift+ArrowRight", "Home", "End", "f", "t", "a", "ctrl+a", "shift+a", "+", "=", "-"]);

/** Whether a key is about the view, and not typed into a field. */
export function isOfView(event, isMac) {
  if (event.target?.matches?.("input:not([type=range]), textarea, select") || event.target?.closest?.(".present-bar, .top, dialog, .pop-menu")) return false;
  return KEYS.has(keyName(event, isMac));
}

/**
 * @param {HTMLElement} root of the page
 * @param {() => void} onTake
 * @returns {() => void} stops looking
 */
export function watchHands(root, onTake) {
  const onPointer = (event) => { if (event.target.closest?.(PLACES)) onTake(); };
  const onKey = (event) => { if (isOfView(event)) onTake(); };
  root.addEventListener("pointerdown", onPointer, true);
  root.addEventListener("wheel", onPointer, { capture: true, passive: true });
  document.addEventListener("keydown", onKey, true);
  return () => {
    root.removeEventListener("pointerdown", onPointer, true);
    root.removeEventListener("wheel", onPointer, { capture: true });
    document.removeEventListener("keydown", onKey, true);
  };
}
