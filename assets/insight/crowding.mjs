// Lines around where the points crowd, on demand. The hand switches them, the project remembers.

export function mountCrowding({ state, map, keys, root, choices, signal }) {
  const button = root.querySelector("#toggle-contours");
  const note = root.querySelector("#contours-note");
  const isFlat = state.get().latentDim === 2;
  let isOn = choices.isOn("contours");

  function apply() {
    button.setAttribute("aria-pressed", String(isOn));
    map.setContours(isOn);
    note.hidden = !isOn;
    note.textContent = isFlat ? "Lines around the densest 25, 50, 75 and 95 % of the points" : "Density is drawn on flat maps only.";
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
