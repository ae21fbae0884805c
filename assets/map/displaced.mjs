/**
 * Names of classes that somebody has put elsewhere: what stood there before, faint, and the way from there.
 * One SVG group; looks are in `map.css`.
 *
 * @typedef {{text: string, from: number[], to: number[]}} Displaced places on the map
 */
import { headOf } from "./ghost.mjs";

const SVG = "http://www.w3.org/2000/svg";
/** The way ends this far before the new place and begins this far from the old one, in pixels. */
const ROOM_PX = 10;

export class DisplacedNames {
  /** @type {Displaced[]} */
  #names = [];

  constructor() {
    this.node = document.createElementNS(SVG, "g");
    this.node.setAttribute("class", "map-displaced");
  }

  /** @param {Displaced[]} names */
  set(names) {
    this.#names = names;
    this.node.replaceChildren(...names.map(({ text }) => {
      const group = document.createElementNS(SVG, "g");
      const [way, was] = ["path", "text"].map((kind) => group.appendChild(document.createElementNS(SVG, kind)));
      way.setAttribute("class", "displaced-way");
      was.setAttribute("class", "displaced-was");
      was.textContent = text;
      return group;
    }));
  }

  /** @param {import("./flat_projection.mjs").Projection} projection */
  draw(projection) {
    this.#names.forEach(({ from, to }, nth) => {
      const [way, was] = this.node.children[nth].children;
      const [a, b] = [projection.toPixel(from), projection.toPixel(to)];
      const isSeen = [...a, ...b].every(Number.isFinite);
      way.setAttribute("d", isSeen ? wayBetween(a, b) : "");
      was.setAttribute("transform", `translate(${isSeen ? a.map((value) => value.toFixed(1)).join(",") : "-1000,-1000"})`);
    });
  }
}

/** @param {[number, number]} a @param {[number, number]} b pixels @returns {string} an arrow, none where they are too near */
function wayBetween(a, b) {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length < 3 * ROOM_PX) return "";
  /** @returns {[number, number]} */
  const along = (share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
  const [begin, end] = [along(ROOM_PX / length), along(1 - ROOM_PX / length)];
  return `M${begin.join(",")}L${end.join(",")}${headOf(begin, end)}`;
}
