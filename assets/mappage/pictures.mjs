// Pictures on the map: on or off, as the project was left.

export function mountPictures({ state, map, keys, dress, root, choices }) {
  const button = root.querySelector("#toggle-pictures");
  let isOn = choices.isOn("pictures");

  function apply() {
    button.setAttribute("aria-pressed", String(isOn));
    map.setPictures(isOn ? dress : null);
  }

  function toggle() {
    isOn = !isOn;
    choices.setOn("pictures", isOn);
    apply();
  }

  button.addEventListener("click", toggle);
  const unregister = keys.register("i", { label: "Pictures on the map", group: "See", run: toggle });
  // Ink takes the theme's colour: drawn anew when that changes.
  const stop = state.subscribe(["themeCount"], apply);
  apply();
  return () => {
    stop();
    unregister();
    button.removeEventListener("click", toggle);
  };
}
