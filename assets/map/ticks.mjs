/** The numbers of the frame in space, drawn above the points; a flat map has Plotly's. */
import { isUnderHead } from "./frame_ticks.mjs";

const SVG = "http://www.w3.org/2000/svg";

export class Ticks {
  /** @type {import("./space/tick_labels.mjs").Tick[] | null} */
  #drawn = null;

  constructor() {
    this.node = document.createElementNS(SVG, "g");
    this.node.setAttribute("class", "map-ticks");
  }

  /** @param {import("./space/tick_labels.mjs").Tick[] | null} ticks the same list is not drawn twice */
  draw(ticks) {
    if (ticks === this.#drawn) return;
    this.#drawn = ticks;
    const list = (ticks ?? []).filter(({ y }) => !isUnderHead(y));
    while (this.node.childElementCount < list.length) this.node.append(document.createElementNS(SVG, "text"));
    while (this.node.childElementCount > list.length) this.node.lastChild.remove();
    list.forEach(({ text, x, y, opacity }, nth) => {
      const node = this.node.children[nth];
      if (node.textContent !== text) node.textContent = text;
      node.setAttribute("x", x.toFixed(1));
      node.setAttribute("y", y.toFixed(1));
      node.setAttribute("opacity", opacity.toFixed(2));
    });
  }
}
