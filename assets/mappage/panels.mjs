// The side panels: each collapses by its edge and stays as it was left; where there is no room
// beside the map it is a drawer over it, opened from the function bar.

import { el } from "../parts/elements.mjs";
import { icon, setIcon } from "../parts/icons.mjs";
import { kept } from "../shell/storing.mjs";

const REMEMBERED = "lodemap.panel.";
const SIDES = {
  left: { key: "[", words: "classes and knobs", label: "Hide or show classes and knobs" },
  right: { key: "]", words: "run and selection", label: "Hide or show run and selection" },
};

/** Whether a panel was left closed. */
export const wasClosed = (storage, side) => storage.getItem(REMEMBERED + side) === "closed";

export function mountPanels({ root, keys, storage = kept }) {
  const unregister = Object.keys(SIDES).flatMap((side) => mountPanel({ root, keys, storage, side }));
  return () => unregister.forEach((undo) => undo());
}

function mountPanel({ root, keys, storage, side }) {
  const { key, words, label } = SIDES[side];
  const panel = root.querySelector(`.side.${side}`);
  const drawer = root.querySelector(`#toggle-${side}`);
  panel.id = `panel-${side}`;
  const edge = el("button", { type: "button", class: `edge ${side}`, "aria-controls": panel.id, "data-key": key, onclick: toggle }, icon("left"));
  root.querySelector(".centre").append(edge);

  /** Where the panel lies over the map its edge is not shown. */
  const isDrawer = () => edge.offsetParent === null;

  function close(isClosed) {
    root.classList.toggle(`hide-${side}`, isClosed);
    edge.setAttribute("aria-expanded", String(!isClosed));
    edge.dataset.tip = `${isClosed ? "Show" : "Hide"} ${words}`;
    edge.setAttribute("aria-label", edge.dataset.tip);
    const pointsLeft = (side === "left") !== isClosed;
    setIcon(edge.firstChild, pointsLeft ? "left" : "right");
  }

  function toggle() {
    const isClosed = !root.classList.contains(`hide-${side}`);
    storage.setItem(REMEMBERED + side, isClosed ? "closed" : "open");
    close(isClosed);
  }

  function toggleDrawer() {
    const isOpen = root.classList.toggle(`show-${side}`);
    drawer.setAttribute("aria-pressed", String(isOpen));
  }

  drawer.addEventListener("click", toggleDrawer);
  close(wasClosed(storage, side));
  const unregister = keys.register(key, { label, group: "See", run: () => (isDrawer() ? toggleDrawer() : toggle()) });
  return [unregister, () => edge.remove(), () => drawer.removeEventListener("click", toggleDrawer)];
}
