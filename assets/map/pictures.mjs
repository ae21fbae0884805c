/**
 * Pictures of samples on the map itself: as many as fit without overlap, each with a dot in the colour of its class.
 * Which ones is decided while points and view rest; while either moves the chosen ones go along.
 *
 * @typedef {(canvas: HTMLCanvasElement, id: number, size: number) => Promise<void> | null} Dress
 *   draws a sample's picture, now or when the promise is done
 */
import { HIDDEN } from "./marks.mjs";

/** Side of a plate and of the picture on it, and the least room between two, in pixels. */
const PLATE_PX = 34;
const PICTURE_PX = 28;
const GAP_PX = 4;
const DOT_PX = 3.5;
const MOST = 500;
/** Points and view rest once nothing has moved for this long: to choose is to look at every sample. */
const REST_MS = 150;
/** Steps through the samples by this prime, so that those shown are spread over the data and stay the same. */
const STRIDE = 7919;

/**
 * The samples whose plates do not overlap: those shown before come first, so that few change.
 *
 * @param {number} numSamples
 * @param {(id: number) => [number, number] | null} pixelOf the middle of a sample's plate, null when out of sight
 * @param {{width: number, height: number, before?: Iterable<number>, pitch?: number}} room
 * @returns {number[]} ids
 */
export function choosePictures(numSamples, pixelOf, { width, height, before = [], pitch = PLATE_PX + GAP_PX }) {
  const columns = Math.ceil(width / pitch) + 2;
  const chosen = [];
  // Each cell is as wide as a plate with its room, and so holds one at most; those along the edge stay empty.
  const cells = new Int32Array(columns * (Math.ceil(height / pitch) + 3)).fill(-1);
  const xs = new Float64Array(MOST);
  const ys = new Float64Array(MOST);
  const isTaken = (cell, x, y) => cells[cell] >= 0 && Math.abs(xs[cells[cell]] - x) < pitch && Math.abs(ys[cells[cell]] - y) < pitch;
  const isFree = (cell, x, y) => {
    for (let row = cell - columns; row <= cell + columns; row += columns)
      if (isTaken(row, x, y) || isTaken(row - 1, x, y) || isTaken(row + 1, x, y)) return false;
    return true;
  };
  const offer = (id) => {
    const at = chosen.length < MOST ? pixelOf(id) : null;
    if (at === null || !(at[0] >= 0 && at[0] <= width && at[1] >= 0 && at[1] <= height)) return;
    const cell = (Math.floor(at[1] / pitch) + 1) * columns + Math.floor(at[0] / pitch) + 1;
    if (!isFree(cell, at[0], at[1])) return;
    cells[cell] = chosen.length;
    [xs[chosen.length], ys[chosen.length]] = at;
    chosen.push(id);
  };
  for (const id of before) offer(id);
  const stride = numSamples % STRIDE === 0 ? 1 : STRIDE;
  for (let k = 0, id = 0; k < numSamples && chosen.length < MOST; k++, id = (id + stride) % numSamples) offer(id);
  return [...new Set(chosen)];
}

const sizeOf = ({ width, height }) => ({ width, height });

export class Pictures {
  /** @type {Map<number, HTMLCanvasElement>} */
  #tiles = new Map();
  /** @type {number[]} */
  #chosen = [];
  /** @type {Dress | null} null while off */
  #dress = null;
  #onStir;
  /** Whether to choose in the next drawing. */
  #isDue = true;
  #rest = 0;
  #isBlank = true;

  /** @param {() => void} onStir asks for a new drawing */
  constructor(onStir) {
    this.#onStir = onStir;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-pictures";
  }

  /** @param {Dress | null} dress null takes the pictures away */
  set(dress) {
    this.#dress = dress;
    this.#tiles.clear();
    this.#isDue = true;
  }

  /** @param {import("./frame_axes.mjs").Box} box */
  place(box) {
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    Object.assign(this.canvas.style, { position: "absolute", left: "0", top: "0", width: `${box.width}px`, height: `${box.height}px` });
  }

  /** @param {import("./overlay.mjs").Scene} scene */
  draw({ points, projection, isMoving, isNewView }) {
    if (this.#dress === null && this.#isBlank) return;
    const pen = this.canvas.getContext("2d");
    if (pen === null) return; // a browser that draws on no canvas says so in the map's place
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.#isBlank = this.#dress === null;
    if (this.#dress === null || !points.hasPositions) return;
    const pixelOf = (id) => (points.mark.array[id] & HIDDEN || points.selected.array[id] === 2 ? null : projection.toPixel(points.placeOf(id)));
    if (this.#isDue && !isMoving) {
      this.#chosen = choosePictures(points.numSamples, pixelOf, { ...sizeOf(projection), before: this.#chosen });
      this.#isDue = false;
    }
    if (isMoving || isNewView) this.#awaitRest();
    this.#forget();
    const ratio = window.devicePixelRatio || 1;
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.canvas);
    for (const id of this.#chosen) {
      const at = pixelOf(id);
      if (at) this.#drawOne(pen, id, at, points.color.array, style);
    }
  }

  #awaitRest() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#isDue = true;
      this.#onStir();
    }, REST_MS);
  }

  #drawOne(pen, id, [x, y], color, style) {
    const left = Math.round(x - PLATE_PX / 2);
    const top = Math.round(y - PLATE_PX / 2);
    pen.fillStyle = style.getPropertyValue("--thumb-bg");
    pen.strokeStyle = style.getPropertyValue("--line");
    pen.beginPath();
    pen.roundRect(left + 0.5, top + 0.5, PLATE_PX - 1, PLATE_PX - 1, 5);
    pen.fill();
    pen.stroke();
    const inset = (PLATE_PX - PICTURE_PX) / 2;
    pen.drawImage(this.#tileOf(id), left + inset, top + inset, PICTURE_PX, PICTURE_PX);
    pen.beginPath();
    pen.arc(left + PLATE_PX - 5, top + PLATE_PX - 5, DOT_PX + 1, 0, 2 * Math.PI);
    pen.fill();
    pen.beginPath();
    pen.arc(left + PLATE_PX - 5, top + PLATE_PX - 5, DOT_PX, 0, 2 * Math.PI);
    pen.fillStyle = `rgb(${color[4 * id]} ${color[4 * id + 1]} ${color[4 * id + 2]})`;
    pen.fill();
  }

  #tileOf(id) {
    let tile = this.#tiles.get(id);
    if (tile) return tile;
    tile = document.createElement("canvas");
    // In the page's own ink: a canvas takes its colour from where it stands.
    tile.style.color = getComputedStyle(this.canvas).color;
    this.#tiles.set(id, tile);
    this.#dress(tile, id, PICTURE_PX)?.then(this.#onStir);
    return tile;
  }

  #forget() {
    if (this.#tiles.size <= 2 * MOST) return;
    const kept = new Set(this.#chosen);
    for (const id of this.#tiles.keys()) if (!kept.has(id)) this.#tiles.delete(id);
  }
}
