// The map as a figure to print or publish: SVG text, or the same drawn on a canvas. Pure but for the last part.
//
// Up to 20,000 points each is a mark of its own; beyond, the dots are one picture inside the SVG, for a file of
// 200,000 elements opens nowhere. Axes are left out: the map's units mean nothing.

import { arrange } from "../map/names.mjs";
import { FAINT, HATCHED, HIDDEN, NAMED, RING, SHAPE } from "../map/marks.mjs";
import { num } from "../parts/counting.mjs";

/** Most points that are marks of their own in an SVG. */
export const MOST_MARKS = 20_000;
/** Pixels of a PNG, and of the dots inside an SVG, a CSS pixel has. */
export const SCALE = 2;
const AT_ONCE = 20_000;
/** A named point is larger than a predicted one, and has a ring of this opacity. */
const GROWN = 1.22;
const EDGE = 0.62;
const MARGIN = 16;
const TITLE_PX = 40;
const LEGEND_PX = 190;
const ROW_PX = 20;
const LETTER_PX = 7;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/**
 * What a figure shows. Lengths are CSS pixels; places from the plot's top left corner.
 *
 * @typedef {{text: string, color: number[], shape: number, count: number}} Row of the legend; color 0 to 255, shape 0
 *   disc, 1 square, 2 triangle
 * @typedef {{title: string, width: number, height: number, places: Float32Array, color: Uint8Array, mark: Uint8Array,
 *   diameter: number, order?: ?Uint32Array, names: {text: string, x: number, y: number}[], legend: Row[],
 *   theme: {map: number[], ink: number[], ink3: number[], unnamed: number[], opacity: number,
 *   faint: number}}} FigureView
 *   width and height of the plot; places interleaved, not a number for points out of sight; color rgba and mark bits
 *   of each point (parts/look.mjs); order from the farthest to the nearest, null for the order of the data set; names the
 *   most important first; colours of the theme 0 to 255
 */

/** @param {FigureView} view @returns {{width: number, height: number, left: number, top: number}} of the whole figure */
export function layOut({ width, height, title, legend }) {
  const top = MARGIN + (title ? TITLE_PX - MARGIN : 0);
  const right = legend.length > 0 ? LEGEND_PX + MARGIN : MARGIN;
  return { width: Math.ceil(MARGIN + width + right), height: Math.ceil(top + height + MARGIN), left: MARGIN, top };
}

/** Points that are seen, in the order they are drawn. @param {FigureView} view @returns {Uint32Array} */
export function seenPoints({ places, mark, width, height, order, diameter }) {
  const found = new Uint32Array(mark.length);
  let count = 0;
  for (let i = 0; i < mark.length; i += 1) {
    const id = order ? order[i] : i;
    const [x, y] = [places[2 * id], places[2 * id + 1]];
    const isIn = x > -diameter && y > -diameter && x < width + diameter && y < height + diameter; // false where not a number
    if (isIn && (mark[id] & HIDDEN) === 0) found[count++] = id;
  }
  return found.slice(0, count);
}

/**
 * The figure as SVG text.
 * @param {FigureView} view
 * @param {?string} dots address of a picture of the points, the plot's size, in place of marks
 */
export function figureSvg(view, dots = null) {
  const { width, height, left, top } = layOut(view);
  const { theme } = view;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`,
    view.title ? `<title>${escape(view.title)}</title>` : "",
    `<defs><clipPath id="plot"><rect width="${view.width}" height="${view.height}"/></clipPath></defs>`,
    `<rect width="${width}" height="${height}" fill="${hex(theme.map)}"/>`,
    view.title ? text(view.title, MARGIN, MARGIN + 10, `font-size="15" font-weight="600" fill="${hex(theme.ink)}"`) : "",
    `<g transform="translate(${left} ${top})" clip-path="url(#plot)">`,
    dots ? `<image href="${escape(dots)}" width="${view.width}" height="${view.height}"/>` : marks(view),
    names(view),
    "</g>",
    legendOf(view, left + view.width + MARGIN, top),
    "</svg>",
  ].filter(Boolean).join("\n");
}

function marks(view) {
  const { color, mark, theme, places, diameter } = view;
  const parts = [];
  let open = "";
  for (const id of seenPoints(view)) {
    const style = styleOf(color, mark, id, theme);
    if (style !== open) {
      if (open) parts.push("</g>");
      parts.push(`<g ${style}>`);
      open = style;
    }
    parts.push(markAt(places[2 * id], places[2 * id + 1], diameter / 2, mark[id]));
  }
  if (open) parts.push("</g>");
  return parts.join("");
}

function styleOf(color, mark, id, theme) {
  const { ink: fill, alpha: full } = styleIn(color, mark[id], 4 * id, theme);
  const alpha = round(full);
  const isOpen = (mark[id] & (RING | HATCHED)) !== 0;
  if ((mark[id] & NAMED) !== 0) return isOpen ? `fill="none" stroke="${fill}" stroke-width="2"` : `fill="${fill}" stroke="${hex(theme.ink)}" stroke-opacity="${EDGE}"`;
  return isOpen ? `fill="none" stroke="${fill}" stroke-opacity="${alpha}"` : `fill="${fill}" fill-opacity="${alpha}"`;
}

/** One mark: the shapes and sizes of map/shaders.mjs. */
export function markAt(x, y, plain, mark) {
  const radius = plain * ((mark & NAMED) !== 0 ? GROWN : 1);
  const [cx, cy] = [round(x), round(y)];
  const stripe = (mark & HATCHED) !== 0 ? `<path d="M${round(x - 0.6 * radius)} ${round(y + 0.6 * radius)}L${round(x + 0.6 * radius)} ${round(y - 0.6 * radius)}"/>` : "";
  return `${outline(cx, cy, radius, mark & SHAPE)}${stripe}`;
}

function outline(x, y, radius, shape) {
  if (shape === 1) return `<rect x="${round(x - 0.886 * radius)}" y="${round(y - 0.886 * radius)}" width="${round(1.772 * radius)}" height="${round(1.772 * radius)}"/>`;
  if (shape === 2) return `<path d="M${x} ${round(y - 1.26 * radius)}L${round(x + 1.246 * radius)} ${round(y + 0.9 * radius)}L${round(x - 1.246 * radius)} ${round(y + 0.9 * radius)}Z"/>`;
  return `<circle cx="${x}" cy="${y}" r="${round(radius)}"/>`;
}

function names({ names: all, width, height, theme }) {
  const boxes = all.map(({ text: words, x, y }) => ({ x, y, width: words.length * LETTER_PX, height: 16 }));
  const isShown = arrange(boxes, width, height);
  const look = `font-size="13" font-weight="600" text-anchor="middle" fill="${hex(theme.ink)}" stroke="${hex(theme.map)}" stroke-width="2.5" stroke-opacity="0.72" stroke-linejoin="round" paint-order="stroke"`;
  return all.filter((_, i) => isShown[i]).map(({ text: words, x, y }) => text(words, round(x), round(y + 4), look)).join("");
}

function legendOf({ legend, height, theme }, x, top) {
  if (legend.length === 0) return "";
  const most = Math.max(1, Math.floor(height / ROW_PX));
  const rows = legend.length > most ? legend.slice(0, most - 1) : legend;
  const ink = `font-size="12" fill="${hex(theme.ink)}"`;
  const lines = rows.map((row, i) => {
    const y = top + (i + 0.5) * ROW_PX;
    const mark = `<g fill="${hex(row.color)}">${markAt(x + 6, y, 5, row.shape)}</g>`;
    const count = text(num(row.count), x + LEGEND_PX - MARGIN, y + 4, `font-size="12" fill="${hex(theme.ink3)}" text-anchor="end"`);
    return mark + text(shortened(row.text, 16), x + 18, y + 4, ink) + count;
  });
  const numMore = legend.length - rows.length;
  if (numMore > 0) lines.push(text(`and ${numMore} more`, x + 18, top + (rows.length + 0.5) * ROW_PX + 4, `font-size="12" fill="${hex(theme.ink3)}"`));
  return lines.join("\n");
}

const text = (words, x, y, look) => `<text x="${x}" y="${y}" ${look}>${escape(words)}</text>`;
const round = (value) => Math.round(value * 100) / 100;
const hex = (rgb) => `#${[...rgb].slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/** At most `most` letters; those of any script, not halves of them. */
function shortened(words, most) {
  const letters = [...words];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : words;
}

/** Text as XML has it; what XML forbids is left out. */
export function escape(words) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return words.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"']/g, (letter) => entities[letter]);
}

/**
 * The figure as a file. What takes long pauses between parts, so that the page stays alive.
 * @param {FigureView} view
 * @param {"svg" | "png"} kind
 * @returns {Promise<Blob>}
 */
export async function exportFigure(view, kind) {
  const isMany = seenPoints(view).length > MOST_MARKS;
  const svg = figureSvg(view, isMany || kind === "png" ? await addressOf(await paintDots(view)) : null);
  const file = new Blob([svg], { type: "image/svg+xml" });
  if (kind === "svg") return file;
  if (kind !== "png") throw new RangeError(`There is no figure '${kind}'; use svg or png.`);
  const { width, height } = layOut(view);
  const canvas = new OffscreenCanvas(SCALE * width, SCALE * height);
  canvas.getContext("2d").drawImage(await pictureOf(file), 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

async function pictureOf(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/** The points alone, on a clear ground. */
async function paintDots(view) {
  const canvas = new OffscreenCanvas(Math.ceil(SCALE * view.width), Math.ceil(SCALE * view.height));
  const pen = canvas.getContext("2d");
  const stamps = new Map();
  const ids = seenPoints(view);
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    for (const id of ids.subarray(start, start + AT_ONCE)) stampAt(pen, stamps, view, id);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return canvas.convertToBlob({ type: "image/png" });
}

/** Draw one point: each look is painted once and then stamped. */
function stampAt(pen, stamps, { color, mark, theme, places, diameter }, id) {
  const at = 4 * id;
  const key = (((color[at] << 16) | (color[at + 1] << 8) | color[at + 2]) * 256 + color[at + 3]) * 128 + (mark[id] & 127);
  const side = Math.ceil(SCALE * (1.4 * GROWN * diameter + 4));
  if (!stamps.has(key)) stamps.set(key, stampOf(styleIn(color, mark[id], at, theme), mark[id], SCALE * diameter / 2, side, hex(theme.ink)));
  pen.drawImage(stamps.get(key), SCALE * places[2 * id] - side / 2, SCALE * places[2 * id + 1] - side / 2);
}

function styleIn(color, mark, at, theme) {
  const isFaint = (mark & FAINT) !== 0;
  const isNamed = (mark & NAMED) !== 0;
  const alpha = isFaint ? theme.faint : (color[at + 3] / 255) * (isNamed ? 1 : theme.opacity);
  return { ink: hex(isFaint ? theme.unnamed : color.subarray(at, at + 3)), alpha };
}

function stampOf({ ink, alpha }, mark, plain, side, edge) {
  const isNamed = (mark & NAMED) !== 0;
  const radius = plain * (isNamed ? GROWN : 1);
  const stamp = new OffscreenCanvas(side, side);
  const pen = stamp.getContext("2d");
  Object.assign(pen, { globalAlpha: alpha, fillStyle: ink, strokeStyle: ink, lineWidth: SCALE });
  pen.translate(side / 2, side / 2);
  const path = new Path2D();
  if ((mark & SHAPE) === 1) path.rect(-0.886 * radius, -0.886 * radius, 1.772 * radius, 1.772 * radius);
  else if ((mark & SHAPE) === 2) path.addPath(new Path2D(`M0 ${-1.26 * radius}L${1.246 * radius} ${0.9 * radius}L${-1.246 * radius} ${0.9 * radius}Z`));
  else path.arc(0, 0, radius, 0, 2 * Math.PI);
  if ((mark & HATCHED) !== 0) path.addPath(new Path2D(`M${-0.6 * radius} ${0.6 * radius}L${0.6 * radius} ${-0.6 * radius}`));
  const isOpen = (mark & (RING | HATCHED)) !== 0;
  if (!isOpen) pen.fill(path);
  if (isNamed && !isOpen) Object.assign(pen, { globalAlpha: EDGE, strokeStyle: edge });
  if (isNamed || isOpen) pen.stroke(path);
  return stamp;
}

function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
