// On what floats above the map a press is a click only where the pointer stayed: a lasso that begins and ends on a button does not press it.

import { CLICK_PX } from "../map/hands.mjs";

/**
 * Let no click reach what is in `host` whose pointer went further than a click's in between; a key's does.
 * @param {HTMLElement} host @param {AbortSignal} signal that ends it
 */
export function ignoreStraying(host, signal) {
  let farthest = 0;

  function onDown(press) {
    farthest = 0;
    const ended = new AbortController();
    const options = { capture: true, signal: ended.signal };
    document.addEventListener("pointermove", (event) => { farthest = Math.max(farthest, Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY)); }, options);
    for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, () => ended.abort(), options);
  }

  function onClick(event) {
    if (event.detail === 0 || farthest <= CLICK_PX) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }

  host.addEventListener("pointerdown", onDown, { capture: true, signal });
  host.addEventListener("click", onClick, { capture: true, signal });
}
