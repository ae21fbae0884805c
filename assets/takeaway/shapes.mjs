// The few icons of a page taken along, drawn by itself: it has no sprite to fetch. Grid 16, stroke 1.5.

import { svg } from "../parts/elements.mjs";

const PATHS = {
  play: "M5 3.2v9.6L12.6 8z", pause: "M5.2 3.5v9M10.8 3.5v9", fit: "M2.8 6V2.8H6M10 2.8h3.2V6M13.2 10v3.2H10M6 13.2H2.8V10",
  theme: "M8 2.6a5.4 5.4 0 1 0 0 10.8zM8 2.6v10.8", ring: "M8 2.6a5.4 5.4 0 0 1 0 10.8",
};

export function shape(name) {
  const parts = name === "theme" ? ["theme", "ring"] : [name];
  return svg("svg", { viewBox: "0 0 16 16", width: "16", height: "16", class: `shape shape-${name}`, "aria-hidden": "true" }, ...parts.map((part) => svg("path", { d: PATHS[part], class: part })));
}
