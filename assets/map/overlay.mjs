/**
 * What floats above the points: the outline of the last region, the names of the classes, pictures, pins, and what a
 * drag leaves behind. All live in data coordinates and follow zoom and pan. Looks are in `map.css`.
 *
 * @typedef {{text: string, x: number, y: number, z?: number, classIndex?: number, reach?: number[], was?: number[]}} Name
 *   reach: of its cluster along each axis; was: where it stood before somebody put it elsewhere
 * @typedef {{projection: import("./flat_projection.mjs").Projection, points: import("./points.mjs").Points,
 *   isNewView: boolean, isMoving: boolean, ticks: import("./space/tick_labels.mjs").Tick[] | null,
 *   floor: import("./floor_mark.mjs").Floor | null}} Scene
 */
import { DisplacedNames } from "./displaced.mjs";
import { Ghost } from "./ghost.mjs";
import { arrange, liftOf } from "./names.mjs";
import { Pictures } from "./pictures.mjs";
import { Pinboard } from "./pinboard.mjs";
import { Ticks } from "./ticks.mjs";

/** A name somebody has put elsewhere stands this far below its pin. */
const BELOW_PX = 11;
const SVG = "http://www.w3.org/2000/svg";

export class Overlay {
  /** @type {{kind: string, path: [number, number][]} | null} */
  #region = null;
  /** @type {Map<string, {element: HTMLElement, from: number[], to: number[], width: number, height: number, reach: number[] | null, below: number}>} */
  #names = new Map();
  #moveStartMs = 0;
  #moveEndMs = 0;

  ghost = new Ghost();
  #pinboard = new Pinboard();
  #displaced = new DisplacedNames();
  #ticks = new Ticks();

  #pictures;
  #onStir;

  /** @param {() => void} onStir asks for a new drawing */
  constructor(onStir) {
    this.#onStir = onStir;
    this.#pictures = new Pictures(onStir);
    this.root = document.createElement("div");
    this.root.className = "map-overlay";
    Object.assign(this.root.style, { position: "absolute", pointerEvents: "none", overflow: "hidden" });
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", "100%");
    svg.setAttribute("height", "100%");
    this.outline = document.createElementNS(SVG, "path");
    this.outline.setAttribute("class", "map-outline");
    this.outline.setAttribute("fill-rule", "evenodd");
    /** The gesture on its way. */
    this.draft = document.createElementNS(SVG, "path");
    this.draft.setAttribute("class", "map-draft");
    svg.append(this.#ticks.node, this.outline, this.draft, this.#displaced.node, this.#pinboard.node, this.ghost.node);
    this.root.append(this.#pictures.canvas, svg);
  }

  /** @param {import("./frame_axes.mjs").Box} box */
  place(box) {
    this.#pictures.place(box);
    for (const side of ["left", "top", "width", "height"]) this.root.style[side] = `${box[side]}px`;
  }

  isMoving(nowMs) {
    return nowMs < this.#moveEndMs;
  }

  /** @param {[number, number][] | null} path pixels */
  setDraft(path) {
    this.draft.setAttribute("d", path === null ? "" : pathThrough(path));
  }

  setOutline(region) {
    this.#region = region && region.kind !== "click" && region.path.length > 2 ? region : null;
  }

  /**
   * Names that stay glide to their new place in the time the points still need.
   *
   * @param {Name[]} names the most important first
   * @param {number} nowMs
   * @param {number} durationMs
   */
  setNames(names, nowMs, durationMs) {
    const before = this.#names;
    this.#names = new Map();
    this.#displaced.set(names.filter(({ was }) => was).map(({ text, x, y, z = 0, was }) => ({ text, from: was, to: [x, y, z] })));
    for (const { text, x, y, z = 0, classIndex, reach, was } of names) {
      const key = this.#freeKey(`${classIndex ?? ""} ${text}`);
      const old = before.get(key);
      before.delete(key);
      const to = [x, y, z];
      const from = old && durationMs > 0 ? this.#positionOf(old, nowMs) : to;
      const name = { ...(old ?? this.#createName(text)), from, to, reach: was ? null : reach, below: was ? BELOW_PX : 0 };
      name.element.classList.toggle("displaced", Boolean(was));
      if (classIndex !== undefined) name.element.dataset.classIndex = String(classIndex);
      this.#names.set(key, name);
    }
    for (const { element } of before.values()) element.remove();
    this.#measureNew();
    this.#moveStartMs = nowMs;
    this.#moveEndMs = nowMs + durationMs;
  }

  /** @param {import("./pictures.mjs").Dress | null} dress null takes the pictures away */
  setPictures(dress) {
    this.#pictures.set(dress);
    this.#onStir();
  }

  /** @param {import("./pinboard.mjs").Pin[]} pins */
  setPins(pins) {
    this.#pinboard.set(pins);
    this.#onStir();
  }

  /** Whether a name can be taken hold of, to move its class. */
  setGrabbable(isOn) {
    this.root.classList.toggle("grabbable", isOn);
  }

  /** @param {Scene} scene @param {number} nowMs */
  draw(scene, nowMs) {
    const { projection } = scene;
    this.#ticks.draw(scene.ticks);
    this.#drawOutline(projection);
    this.#pictures.draw(scene);
    this.#displaced.draw(projection);
    this.#pinboard.draw(scene);
    this.ghost.draw(projection, scene.floor);
    const boxes = [...this.#names.values()].map((name) => {
      const place = this.#positionOf(name, nowMs);
      const [x, y] = projection.toPixel(place);
      const lift = name.reach ? liftOf((at) => projection.toPixel(at), place, name.reach, name.height) : 0;
      return { x, y: y + name.below - lift, width: name.width, height: name.height };
    });
    const isShown = arrange(boxes, projection.width, projection.height);
    [...this.#names.values()].forEach(({ element }, i) => {
      const { x, y } = boxes[i];
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
      element.style.opacity = isShown[i] ? "1" : "0";
      element.style.pointerEvents = isShown[i] ? "" : "none";
    });
  }

  destroy() {
    this.root.remove();
  }

  #drawOutline(projection) {
    const path = this.#region ? projection.outline(this.#region) : [];
    this.outline.setAttribute("d", pathThrough(path));
  }

  #positionOf({ from, to }, nowMs) {
    const span = this.#moveEndMs - this.#moveStartMs;
    const u = span > 0 ? Math.min(1, (nowMs - this.#moveStartMs) / span) : 1;
    return from.map((value, axis) => value * (1 - u) + to[axis] * u);
  }

  /** Several may have one text, and say no class. */
  #freeKey(key) {
    return this.#names.has(key) ? this.#freeKey(`${key}\n`) : key;
  }

  #createName(text) {
    const element = document.createElement("span");
    element.className = "map-name";
    element.textContent = text;
    Object.assign(element.style, { position: "absolute", left: "0", top: "0", whiteSpace: "nowrap" });
    this.root.append(element);
    return { element, width: 0, height: 0 };
  }

  #measureNew() {
    for (const name of this.#names.values())
      if (name.width === 0) Object.assign(name, { width: name.element.offsetWidth, height: name.element.offsetHeight });
  }
}

/** @param {[number, number][]} path pixels @returns {string} of an SVG path, closed */
function pathThrough(path) {
  const corners = path.map((at) => at.map((value) => value.toFixed(1)).join(","));
  return corners.length > 0 ? `M${corners.join("L")}Z` : "";
}
