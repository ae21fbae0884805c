// Pointing for the others: hold a key, or turn the tool on, and move over the map. Places are the map's, not the screen's.

import { createPace } from "./sight.mjs";

/** @import {Keys, Pane, State} from "../records" */

export const POINT_KEY = ".";
const PACE_MS = 50;
/** A hand that rests goes on pointing: said again before the dot fades. */
const AGAIN_MS = 1000;

/** Whether a pixel is in a box. Pure. */
export const holds = ({ left, right, top, bottom }, { x, y }) => x >= left && x < right && y >= top && y < bottom;

/**
 * @param {{frame: HTMLElement, windows: () => Pane[], state: State, keys: Keys, tell: (place: number[] | null) => void, onChange: (isPointing: boolean) => void}} options
 */
export function mountPointing({ frame, windows, state, keys, tell, onChange }) {
  let isOn = false;
  let isHeld = false;
  let heldCode = ""; // of the key on the keyboard: with Shift pressed or let go meanwhile it has another sign
  let at = null;
  let again = 0;
  const pace = createPace(PACE_MS, () => { if (at) tell(placeOf(at)); });

  /** What is under the pointer; in a cloud the point there, else a place at the depth of its middle. */
  function placeOf(client) {
    const { map } = windows().find(({ pane }) => holds(pane.getBoundingClientRect(), client)) ?? windows()[0];
    const { hoverId, hoverFrom, latentDim } = state.get();
    if (latentDim === 3 && hoverFrom === "map" && Number.isInteger(hoverId) && hoverId >= 0) return map.placeOf(hoverId);
    return map.places.unproject(client, 0)?.slice(0, latentDim) ?? null;
  }

  function set(isWanted) {
    if (isWanted === isOn) return;
    isOn = isWanted;
    frame.classList.toggle("pointing", isOn);
    clearInterval(again);
    if (isOn) again = setInterval(pace.ask, AGAIN_MS);
    if (isOn) pace.ask();
    if (!isOn) {
      pace.stop();
      tell(null);
    }
    onChange(isOn);
  }

  const onMove = (event) => {
    at = { x: event.clientX, y: event.clientY };
    if (isOn) pace.ask();
  };
  const onLeave = () => { at = null; if (isOn) tell(null); };
  const onKeyUp = ({ key, code }) => { if (key === POINT_KEY || (code && code === heldCode)) letGo(); };
  function onPress({ code }) {
    if (isHeld) return void letGo(); // nobody told of its end
    [isHeld, heldCode] = [!isOn, code];
    set(true);
  }
  function letGo() {
    if (!isHeld) return;
    isHeld = false;
    set(false);
  }
  const unregister = keys.register(POINT_KEY, { label: "Point for the others, while held", group: "Together", run: onPress });
  frame.addEventListener("pointermove", onMove, true);
  frame.addEventListener("pointerleave", onLeave);
  document.addEventListener("keyup", onKeyUp, true);
  globalThis.addEventListener("blur", letGo);
  return {
    toggle() { isHeld = false; set(!isOn); },
    off() { isHeld = false; set(false); },
    get isOn() { return isOn; },
    destroy() {
      clearInterval(again);
      pace.stop();
      unregister();
      frame.classList.remove("pointing");
      frame.removeEventListener("pointermove", onMove, true);
      frame.removeEventListener("pointerleave", onLeave);
      document.removeEventListener("keyup", onKeyUp, true);
      globalThis.removeEventListener("blur", letGo);
    },
  };
}
