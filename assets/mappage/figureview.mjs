// From the map on the screen to what a figure of it shows.

import { placeAt } from "../parts/places.mjs";
import { isByClass, medians, speakersOf } from "../parts/look.mjs";
import { NUM_COLORS } from "../parts/theme.mjs";
import { liftOf } from "../map/names.mjs";

/** @import {LodeMap, PageValues} from "../records" */

const NAME_PX = 16;
const bytesOf = (rgb) => rgb.map((value) => Math.round(255 * value));

/**
 * Where points are on the plot, and in which order they are drawn. Pure.
 * @param {Float32Array} embedding interleaved by sample
 * @param {2 | 3} latentDim
 * @param {(place: number[]) => ?{x: number, y: number, depth: number}} project to client pixels (`map.places.project`)
 * @param {{left: number, top: number}} corner of the plot, client pixels
 * @returns {{places: Float32Array, order: ?Uint32Array}}
 */
export function placesOn(embedding, latentDim, project, { left, top }) {
  const numSamples = embedding.length / latentDim;
  const places = new Float32Array(2 * numSamples).fill(NaN);
  const depth = new Float32Array(numSamples);
  for (let id = 0; id < numSamples; id += 1) {
    const at = project(Array.from(placeAt(embedding, id, latentDim)));
    if (!at) continue;
    places[2 * id] = at.x - left;
    places[2 * id + 1] = at.y - top;
    depth[id] = at.depth;
  }
  const isDeep = latentDim === 3 && depth.some((value) => value !== depth[0]);
  return { places, order: isDeep ? new Uint32Array(numSamples).map((_, id) => id).sort((a, b) => depth[b] - depth[a]) : null };
}

/**
 * The rows of the legend, the classes as they are coloured. Pure.
 * @param {PageValues} value the page's state
 * @param {number[][]} colors of the class slots, 0 to 255
 * @returns {import("./figure.mjs").Row[]}
 */
export function legendRows({ colorMode, classes, dataset, counts, hidden, slotOf }, colors) {
  if (!isByClass(colorMode) || !counts) return [];
  const nameOf = (index) => (colorMode === "label" ? dataset.class_names[index] : classes[index]?.name);
  return [...counts]
    .filter(([index]) => index >= 0 && !hidden.has(index) && nameOf(index))
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => {
      const slot = slotOf[index] ?? index;
      return { text: nameOf(index), color: colors[slot % NUM_COLORS], shape: Math.floor(slot / NUM_COLORS) % 3, count };
    });
}

/**
 * Gather a figure of one window.
 * @param {{value: PageValues, map: LodeMap, box: {left: number, top: number, width: number, height: number},
 *   look: {color: Uint8Array, mark: Uint8Array}, colors: number[][], theme: import("../map/theme.mjs").Theme,
 *   title: string}} of
 *   value: the page's state; map: from `createMap`; box: of the map's canvas, client pixels; look: what `buildLook`
 *   gave; colors: `readTheme().colors` of parts/theme.mjs; theme: `readTheme` of map/theme.mjs
 * @returns {import("./figure.mjs").FigureView}
 */
export function figureOf({ value, map, box, look, colors, theme, title }) {
  const { latentDim, classOf } = value;
  const embedding = map.currentPositions();
  const { places, order } = placesOn(embedding, latentDim, (place) => map.places.project(place), box);
  return {
    title, width: box.width, height: box.height, places, order, color: look.color, mark: look.mark,
    diameter: map.stats().diameter,
    names: namesOn(value, embedding, classOf, map, box),
    legend: legendRows(value, colors),
    theme: { map: bytesOf(theme.map), ink: bytesOf(theme.ink), ink3: bytesOf(theme.ink3), unnamed: bytesOf(theme.unnamed), opacity: theme.opacity, faint: theme.faint },
  };
}

function namesOn({ colorMode, classes, dataset, hidden, latentDim, named }, embedding, classOf, map, box) {
  if (!isByClass(colorMode) || !classOf) return [];
  const nameOf = (index) => (colorMode === "label" ? dataset.class_names[index] : classes[index]?.name);
  const groups = speakersOf(classOf, colorMode === "label" ? null : named).filter(({ classIndex }) => !hidden.has(classIndex));
  const toPixel = (place) => { const at = map.places.project(place); return at && [at.x - box.left, at.y - box.top]; };
  return medians(groups, embedding, latentDim).flatMap(({ classIndex, x, y, z, reach }) => {
    const place = [x, y, z].slice(0, latentDim);
    const at = toPixel(place);
    return at && nameOf(classIndex) ? [{ text: nameOf(classIndex), x: at[0], y: at[1] - liftOf(toPixel, place, reach, NAME_PX) }] : [];
  });
}
