/**
 * Pins above the points: a marker at each target, a dot where many crowd, and a line to it from where its point is. At most some hundred of
 * them, the first in the list; looks are in `map.css`.
 *
 * @typedef {{id: number, place: number[], color: string | null, isNew: boolean}} Pin color: a CSS class of a slot
 */
const SVG = "http://www.w3.org/2000/svg";
export const MOST_PINS = 300;
/** More pins than this are drawn smaller. */
const MANY_PINS = 30;
const SMALL = 0.62;
/** A pin whose point is this near needs no line. */
const NEAR_PX = 7;
/** Pins nearer to one another than this, in pixels, are one pin and dots. */
const CROWD_PX = 12;
/** The outline of a pin whose tip is at 0, 0. */
const OUTLINE = "M0,0C-1.6,-3.4 -5,-5.8 -5,-9.4A5,5 0 0 1 5,-9.4C5,-5.8 1.6,-3.4 0,0Z";

/** Which parts of the screen have a pin already. */
class Taken {
  #cells = new Set();

  /** @returns {boolean} whether there was room */
  take(x, y) {
    const cell = `${Math.floor(x / CROWD_PX)},${Math.floor(y / CROWD_PX)}`;
    if (this.#cells.has(cell)) return false;
    this.#cells.add(cell);
    return true;
  }
}

export class Pinboard {
  /** @type {Pin[]} */
  #pins = [];
  #nodes = [];

  constructor() {
    this.node = document.createElementNS(SVG, "g");
    this.node.setAttribute("class", "map-pins");
    this.lines = document.createElementNS(SVG, "path");
    this.lines.setAttribute("class", "pin-lines");
    this.node.append(this.lines);
  }

  /** @param {Pin[]} pins */
  set(pins) {
    this.#pins = pins.slice(0, MOST_PINS);
    while (this.#nodes.length < this.#pins.length) this.#nodes.push(this.#create());
    while (this.#nodes.length > this.#pins.length) this.#nodes.pop().remove();
    this.#pins.forEach((pin, nth) => {
      this.#nodes[nth].setAttribute("class", `pin${pin.isNew ? " new" : ""}`);
      this.#nodes[nth].lastChild.setAttribute("class", `pin-dot ${pin.color ?? "none"}`);
    });
  }

  /** @param {import("./overlay.mjs").Scene} scene */
  draw({ projection, points }) {
    let lines = "";
    const isMany = this.#pins.length > MANY_PINS;
    const size = isMany ? ` scale(${SMALL})` : "";
    const taken = new Taken();
    this.node.classList.toggle("many", isMany);
    this.#pins.forEach((pin, nth) => {
      const [x, y] = projection.toPixel(pin.place);
      this.#nodes[nth].classList.toggle("crowded", isMany && !taken.take(x, y));
      this.#nodes[nth].setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})${size}`);
      const place = points.placeOf(pin.id);
      const at = place && projection.toPixel(place);
      if (at && Math.hypot(at[0] - x, at[1] - y) > NEAR_PX) lines += `M${at[0].toFixed(1)},${at[1].toFixed(1)}L${x.toFixed(1)},${y.toFixed(1)}`;
    });
    this.lines.setAttribute("d", lines);
  }

  #create() {
    const group = document.createElementNS(SVG, "g");
    const body = document.createElementNS(SVG, "path");
    body.setAttribute("class", "pin-body");
    body.setAttribute("d", OUTLINE);
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("cy", "-9.2");
    dot.setAttribute("r", "2.4");
    group.append(body, dot);
    this.node.append(group);
    return group;
  }
}
