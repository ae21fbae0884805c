/**
 * What is known of places, drawn below and above the points: regions, ways they went, and the force on them. It keeps the
 * field on this side of the card and decides anew which arrows there are only when something they depend on changed.
 */
import { ArrowPainter } from "./arrow_painter.mjs";
import { arrowsOfCells, arrowsOfPoints, cellsOf } from "./arrows.mjs";
import { AtlasPainter } from "./atlas_painter.mjs";
import { Density } from "./density.mjs";
import { bordersOf, washOf } from "./regions.mjs";
import { Strokes } from "./strokes.mjs";
import { Touched } from "./touched.mjs";
import { trailParts } from "./trails.mjs";
import { WashPainter } from "./wash_painter.mjs";

/** Opacity of a wash in the middle of a region. */
const WASH = 0.1;
const BORDER = { alpha: 96, px: 1.1 };
const TRAIL_PX = 1.6;

export class Terrain {
  /** @type {(ReturnType<typeof import("../insight/field.mjs").decodeField> & {colors: Uint8Array}) | null} */
  #field = null;
  #isArrows = false;
  #isRegions = false;
  #arrows = new ArrowPainter();
  #wash = new WashPainter();
  #atlasPainter = new AtlasPainter();
  /** @type {import("./atlas_painter.mjs").AtlasLayer | null} */
  #atlas = null;
  #hasAtlas = false;
  #borders = new Strokes();
  #ways = new Strokes();
  #density = new Density();
  #touched = new Touched();
  /** @type {import("./trails.mjs").Trail[]} */
  #trails = [];
  #hasTrails = false;
  #onChange;
  #gl = null;
  #matrix = new Float32Array(16);
  /** What the arrows on the card were made from. */
  #madeFrom = "";
  #hasRegions = false;

  /** @param {() => void} onChange asks for a new drawing */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {(ReturnType<typeof import("../insight/field.mjs").decodeField> & {colors: Uint8Array}) | null} field colors: three bytes a class */
  setField(field) {
    if (field === this.#field) return;
    this.#field = field;
    this.#forget();
    this.#onChange();
  }

  /** @param {import("./atlas_painter.mjs").AtlasLayer | null} atlas drawn on flat maps only */
  setAtlas(atlas) {
    if (atlas === this.#atlas) return;
    this.#atlas = atlas;
    this.#hasAtlas = false;
    this.#onChange();
  }

  /** @param {boolean} isOn */
  setArrows(isOn) {
    this.#isArrows = isOn;
    this.#onChange();
  }

  /** @param {boolean} isOn */
  setRegions(isOn) {
    this.#isRegions = isOn;
    this.#onChange();
  }

  /** @param {boolean} isOn lines around where points crowd; on flat maps */
  setContours(isOn) {
    this.#density.isOn = isOn;
    this.#onChange();
  }

  /** @param {import("./touched.mjs").Touch | null} touch the region below a hand; on flat maps */
  setTouched(touch) {
    this.#touched.set(touch);
    this.#onChange();
  }

  /** @param {import("./trails.mjs").Trail[]} trails */
  setTrails(trails) {
    this.#trails = trails;
    this.#hasTrails = false;
    this.#onChange();
  }

  /** Also after a lost context: everything is made again. */
  build(gl) {
    this.#gl = gl;
    for (const painter of [this.#arrows, this.#atlasPainter, this.#wash, this.#borders, this.#ways, this.#density, this.#touched]) painter.build(gl);
    this.#hasTrails = this.#hasAtlas = false;
    this.#forget();
  }

  #forget() {
    this.#madeFrom = "";
    this.#hasRegions = false;
  }

  /** @param {import("./layer.mjs").Scene} scene @param {number} ratio */
  drawBelow(scene, ratio) {
    this.#drawAtlas(scene, ratio);
    this.#drawRegions(scene, ratio);
    this.#density.draw(scene, this.#cameraOf(scene.projection, ratio));
    if (scene.points.latentDim === 2) this.#touched.draw(this.#cameraOf(scene.projection, ratio));
  }

  #drawRegions(scene, ratio) {
    const field = this.#field;
    if (!this.#isRegions || field === null || field.gridSide === 0 || !this.#fits(scene.points)) return;
    if (!this.#hasRegions) this.#layRegions(field);
    const camera = this.#cameraOf(scene.projection, ratio);
    this.#wash.draw(field, WASH, camera);
    this.#borders.draw(BORDER.px, camera);
  }

  #drawAtlas({ points, projection, theme }, ratio) {
    if (this.#atlas === null || points.latentDim !== 2) return;
    if (!this.#hasAtlas) this.#atlasPainter.set(this.#atlas);
    this.#hasAtlas = true;
    this.#atlasPainter.draw(this.#atlas, theme.atlas, this.#cameraOf(projection, ratio));
  }

  /** @param {import("./layer.mjs").Scene} scene @param {number} ratio */
  drawAbove(scene, ratio) {
    const camera = this.#cameraOf(scene.projection, ratio);
    if (this.#trails.length > 0) {
      if (!this.#hasTrails) this.#ways.set(trailParts(this.#trails));
      this.#hasTrails = true;
      this.#ways.draw(TRAIL_PX, camera);
    }
    if (!this.#isArrows || this.#field === null || !this.#fits(scene.points)) return;
    this.#layArrows(scene);
    this.#arrows.draw(scene.points.t, scene.theme, camera);
  }

  /** A field of another data set may still be on its way when the project changes. */
  #fits(points) {
    return this.#field.numSamples === points.numSamples && this.#field.latentDim === points.latentDim;
  }

  #layRegions(field) {
    const { colors } = field;
    const colorOf = (classIndex) => colors.subarray(3 * classIndex, 3 * classIndex + 3);
    this.#wash.set(field.gridSide, washOf(field, colorOf));
    const parts = [...bordersOf(field)].map(([classIndex, segments]) => ({ segments, color: [...colorOf(classIndex), BORDER.alpha] }));
    this.#borders.set(parts);
    this.#hasRegions = true;
  }

  #layArrows({ points, projection }) {
    const { grain } = projection;
    const ids = points.selectedIds.array;
    const isByCell = ids.length === 0 && points.latentDim === 2;
    const cells = cellsOf(grain);
    const shape = isByCell ? Object.values(cells) : [cells.sizeX, cells.sizeY];
    const madeFrom = [points.target.version, points.origin.version, points.mark.version, points.selectedIds.version, ...shape].join();
    if (madeFrom === this.#madeFrom) return;
    this.#madeFrom = madeFrom;
    const arrows = isByCell
      ? arrowsOfCells(this.#field, points, cells, grain)
      : arrowsOfPoints(this.#field, points, ids.length > 0 ? ids : null, grain);
    this.#arrows.set(arrows);
  }

  /** How places come to the screen; the same for everything drawn in one frame. */
  #cameraOf(projection, ratio) {
    const gl = this.#gl;
    const viewport = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    return { matrix: projection.matrix(this.#matrix), center: projection.center, viewport, ratio };
  }
}
