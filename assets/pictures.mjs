// Pictures on the map: on or off, as the page remembers.

const REMEMBERED = "lodemap.pictures";

function recall(storage) {
  try {
    return storage.getItem(REMEMBERED) === "1";
  } catch {
    return false;
  }
}

export function mountPictures({ state, map, keys, dress, root, storage = localStorage }) {
  const button = root.querySelector("#toggle-pictures");
  let isOn = recall(storage);

  function apply() {
    button.setAttribute("aria-pressed", String(isOn));
    map.setPictures(isOn ? dress : null);
  }

  function toggle() {
    isOn = !isOn;
    try {
      storage.setItem(REMEMBERED, isOn ? "1" : "0");
    } catch {
      // Storage may be forbidden; the choice then lasts until the page is left.
    }
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
