// Lines around where the points crowd, on demand. The hand switches them, the project remembers.

import { isOffered } from "./twoaxes.mjs";

export function mountCrowding({ state, map, keys, root, choices, signal }) {
  const button = root.querySelector("#toggle-contours");
  const note = root.querySelector("#contours-note");
  if (!isOffered(button, state.get().latentDim, "Density needs")) return () => {};
  let isOn = choices.isOn("contours");

  function apply() {
    button.setAttribute("aria-pressed", String(isOn));
    map.setContours(isOn);
    note.hidden = !isOn;
    note.textContent = "Lines around the densest 25, 50, 75 and 95 % of the points";
  }

  function toggle() {
    isOn = !isOn;
    choices.setOn("contours", isOn);
    apply();
  }

  button.addEventListener("click", toggle, { signal });
  apply();
  return keys.register("c", { label: "Density: lines around where points crowd", group: "See", run: toggle });
}
