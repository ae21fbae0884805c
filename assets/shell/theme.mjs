// Light, dark or as the system says; remembered in this browser.
//
//   initTheme(onChange) -> {theme(), mode(), setMode(mode)}
//     onChange("light" | "dark") after each change; mode is "light" | "dark" | "auto".
//     Every element with data-act="theme" becomes a button that goes on to the next mode.

import { setIcon } from "../parts/icons.mjs";
import { kept } from "./storing.mjs";

const KEY = "lodemap.theme";
export const MODES = ["light", "dark", "auto"];
const ICON = { light: "sun", dark: "moon", auto: "auto" };

/** The theme a mode means on this machine. */
export function resolve(mode, systemIsDark) {
  return mode === "dark" || (mode !== "light" && systemIsDark) ? "dark" : "light";
}

/** The mode after `mode` in the round light, dark, auto. */
export function nextMode(mode) {
  return MODES[(MODES.indexOf(mode) + 1) % MODES.length];
}

function remembered() {
  const mode = kept.getItem(KEY);
  return MODES.includes(mode) ? mode : "auto";
}

/** @param {(theme: string) => void} [onChange] */
export function initTheme(onChange = () => {}) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let mode = remembered();

  function dress() {
    for (const button of document.querySelectorAll('[data-act="theme"]')) {
      const words = `Theme: ${mode}. Switch to ${nextMode(mode)}`;
      if (button.getAttribute("aria-label") === words) continue;
      button.setAttribute("aria-label", words);
      button.dataset.tip = words;
      setIcon(button.querySelector(".i"), ICON[mode]);
    }
  }

  function apply() {
    const theme = resolve(mode, system.matches);
    const changed = document.documentElement.getAttribute("data-bs-theme") !== theme;
    document.documentElement.setAttribute("data-bs-theme", theme);
    dress();
    if (changed) onChange(theme);
  }

  function setMode(next) {
    mode = next;
    kept.setItem(KEY, mode);
    apply();
  }

  system.addEventListener("change", apply);
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    mode = remembered();
    apply();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-act="theme"]')) setMode(nextMode(mode));
  });
  // React may draw the rail after this module has run.
  new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
  apply();
  return { theme: () => resolve(mode, system.matches), mode: () => mode, setMode };
}
