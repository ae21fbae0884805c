/**
 * The WebGL2 canvas: program, buffers, drawing, and coming back after a lost context. A frame uploads only what is
 * newer in `Points` than what the card has, sets a few uniforms and makes one to three draw calls.
 */
import { LineLayer } from "./line_layer.mjs";
import { buildProgram, uniformsOf } from "./program.mjs";
import { DOT_PX, PASS, sourcesOf } from "./shaders.mjs";
import { Terrain } from "./terrain.mjs";

/** @type {import("./shaders.mjs").Kind[]} */
const KINDS = ["dot", "mark", "top"];
const CONTEXT = { alpha: true, antialias: false, depth: false, premultipliedAlpha: true, powerPreference: "high-performance" };
const MESSAGE = {
  no_webgl:
    "This browser cannot draw the map because WebGL2 is off. Turn on hardware acceleration or use a current Firefox, Chrome, Edge or Safari.",
  context_lost: "The graphics card took the map's drawing away. It comes back by itself; nothing is lost.",
  context_restored: "The map is drawn again.",
};

/**
 * @typedef {{points: import("./points.mjs").Points, projection: import("./flat_projection.mjs").Projection,
 *   theme: import("./theme.mjs").Theme, hoveredId: number, diameter: number,
 *   drawing: import("./space/depth_drawing.mjs").Drawing, offset: number[] | null}} Scene
 *   diameter in CSS pixels; offset of the points on their way by hand, null when none are
 */
export class Layer {
  #gl = null;
  /** @type {Map<import("./shaders.mjs").Kind, {program: WebGLProgram, uniforms: Record<string, WebGLUniformLocation>}>} */
  #programs = new Map();
  /** @type {Map<string, {buffer: WebGLBuffer, version: number}>} */
  #buffers = new Map();
  /** One array object for each direction of a tween, so that arriving needs no upload. */
  #arrays = [];
  #lines = null;
  #stride = 2;
  #matrix = new Float32Array(16);
  #onTrouble;
  #onRestored;

  /**
   * @param {(trouble: {code: string, message: string}) => void} onTrouble
   * @param {() => void} onRestored asks for a new drawing
   */
  constructor(onTrouble, onRestored) {
    this.#onTrouble = onTrouble;
    this.#onRestored = onRestored;
    this.state = "none";
    /** What the uploads of the last frame cost, 0 when there were none. */
    this.uploadMs = 0;
    /** What is known of places. */
    this.terrain = new Terrain(onRestored);
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-canvas";
    Object.assign(this.canvas.style, { position: "absolute", pointerEvents: "none" });
    this.canvas.addEventListener("webglcontextlost", this.#onLost);
    this.canvas.addEventListener("webglcontextrestored", this.#onBack);
    this.#gl = this.canvas.getContext("webgl2", CONTEXT);
    if (this.#gl === null) queueMicrotask(() => this.#report("no_webgl"));
    else this.#build();
  }

  /** @param {import("./frame_axes.mjs").Box} box in CSS pixels of the host */
  place(box) {
    const ratio = pixelRatio();
    for (const side of ["left", "top", "width", "height"]) this.canvas.style[side] = `${box[side]}px`;
    this.canvas.width = Math.max(1, Math.round(box.width * ratio));
    this.canvas.height = Math.max(1, Math.round(box.height * ratio));
  }

  /** @param {Scene} scene */
  draw(scene) {
    if (this.state !== "ready") return;
    const gl = this.#gl;
    this.#upload(scene);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { points, drawing } = scene;
    if (!points.hasPositions || points.numSamples === 0) return;
    this.terrain.drawBelow(scene, pixelRatio());
    if (drawing.lines) this.#lines.draw(drawing.lines, scene, this.canvas, pixelRatio());
    gl.bindVertexArray(this.#arrays[points.head]);
    this.#use(scene.diameter * pixelRatio() < DOT_PX ? "dot" : "mark", scene);
    if (drawing.order) this.#drawIds("order", points.numSamples);
    else gl.drawArrays(gl.POINTS, 0, points.numSamples);
    this.#drawTop(scene);
    this.terrain.drawAbove(scene, pixelRatio());
  }

  /** Gives the context back at once; browsers keep only about 16 alive. */
  destroy() {
    this.canvas.removeEventListener("webglcontextlost", this.#onLost);
    this.canvas.removeEventListener("webglcontextrestored", this.#onBack);
    this.#gl?.getExtension("WEBGL_lose_context")?.loseContext();
    this.canvas.remove();
    this.state = "none";
    this.#gl = null;
  }

  #drawTop(scene) {
    const { points, hoveredId, offset } = scene;
    const gl = this.#gl;
    const numSelected = points.selectedIds.array.length;
    const numDragged = offset ? points.draggedIds.array.length : 0;
    const hasHovered = hoveredId >= 0 && hoveredId < points.numSamples;
    if (numSelected === 0 && numDragged === 0 && !hasHovered) return;
    const u = this.#use("top", scene);
    const draw = (pass, name, count) => {
      gl.uniform1i(u.pass, pass);
      this.#drawIds(name, count);
    };
    gl.uniform3f(u.offset, 0, 0, 0);
    if (numDragged > 0) draw(PASS.ghost, "draggedIds", numDragged);
    if (numSelected > 0) draw(PASS.selected, "ids", numSelected);
    gl.uniform1i(u.pass, PASS.hovered);
    if (hasHovered) gl.drawArrays(gl.POINTS, hoveredId, 1);
    if (numDragged === 0) return;
    gl.uniform3f(u.offset, offset[0], offset[1], offset[2] ?? 0);
    draw(PASS.dragged, "draggedIds", numDragged);
  }

  /** Points in the order of a buffer of ids; the array object in use keeps the binding, so it is set each time. */
  #drawIds(name, count) {
    const gl = this.#gl;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#buffers.get(name).buffer);
    gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
  }

  /** Takes a program and tells it the scene; what a program does not ask for is passed over by WebGL. */
  #use(kind, { points, projection, theme, diameter }) {
    const gl = this.#gl;
    const { program, uniforms: u } = this.#programs.get(kind);
    const ratio = pixelRatio();
    gl.useProgram(program);
    const hasSelection = points.selectedIds.array.length > 0;
    gl.uniformMatrix4fv(u.matrix, false, projection.matrix(this.#matrix));
    gl.uniform3fv(u.center, projection.center);
    gl.uniform4fv(u.depthRow, projection.depthRow);
    gl.uniform1f(u.fade, projection.fade);
    gl.uniform1f(u.t, points.t);
    gl.uniform1f(u.diameter, diameter * ratio);
    gl.uniform1f(u.pixelRatio, ratio);
    gl.uniform1f(u.opacity, theme.opacity);
    gl.uniform1f(u.dimming, hasSelection ? theme.dimmed / theme.opacity : 1);
    gl.uniform1i(u.hasSelection, Number(hasSelection));
    gl.uniform3fv(u.mapColor, theme.map);
    gl.uniform3fv(u.faintColor, theme.unnamed);
    gl.uniform1f(u.faintAlpha, theme.faint);
    gl.uniform3fv(u.accentColor, theme.accent);
    gl.uniform3fv(u.inkColor, theme.ink);
    return u;
  }

  #upload({ points, drawing }) {
    const startMs = performance.now();
    const gl = this.#gl;
    gl.bindVertexArray(null);
    if (this.#stride !== points.latentDim) {
      this.#stride = points.latentDim;
      this.#arrangeArrays();
    }
    const parts = { slot0: points.slots[0], slot1: points.slots[1], color: points.color, mark: points.mark, selected: points.selected };
    let isNew = false;
    for (const [name, part] of Object.entries(parts)) isNew = this.#fill(gl.ARRAY_BUFFER, name, part) || isNew;
    isNew = this.#fill(gl.ELEMENT_ARRAY_BUFFER, "ids", drawing.selectedOrder ?? points.selectedIds) || isNew;
    isNew = this.#fill(gl.ELEMENT_ARRAY_BUFFER, "draggedIds", points.draggedIds) || isNew;
    if (drawing.order) isNew = this.#fill(gl.ELEMENT_ARRAY_BUFFER, "order", drawing.order) || isNew;
    this.uploadMs = isNew ? performance.now() - startMs : 0;
  }

  #fill(kind, name, { array, version }) {
    const held = this.#buffers.get(name);
    if (held.version === version) return false;
    this.#gl.bindBuffer(kind, held.buffer);
    this.#gl.bufferData(kind, array, this.#gl.DYNAMIC_DRAW);
    held.version = version;
    return true;
  }

  #build() {
    const gl = this.#gl;
    for (const kind of KINDS) {
      const program = buildProgram(gl, sourcesOf(kind));
      this.#programs.set(kind, { program, uniforms: uniformsOf(gl, program) });
    }
    for (const name of ["slot0", "slot1", "color", "mark", "selected", "ids", "draggedIds", "order"])
      this.#buffers.set(name, { buffer: gl.createBuffer(), version: -1 });
    this.#lines = new LineLayer(gl);
    this.#arrays = [gl.createVertexArray(), gl.createVertexArray()];
    this.#arrangeArrays();
    this.terrain.build(gl);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
    this.state = "ready";
  }

  #arrangeArrays() {
    const gl = this.#gl;
    this.#arrays.forEach((array, head) => {
      gl.bindVertexArray(array);
      this.#attribute(0, `slot${1 - head}`, this.#stride, gl.FLOAT);
      this.#attribute(1, `slot${head}`, this.#stride, gl.FLOAT);
      this.#attribute(2, "color", 4, gl.UNSIGNED_BYTE);
      this.#attribute(3, "mark", 1, gl.UNSIGNED_BYTE, true);
      this.#attribute(4, "selected", 1, gl.UNSIGNED_BYTE, true);
    });
    gl.bindVertexArray(null);
  }

  #attribute(location, name, size, type, isInteger = false) {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers.get(name).buffer);
    gl.enableVertexAttribArray(location);
    if (isInteger) gl.vertexAttribIPointer(location, size, type, 0, 0);
    else gl.vertexAttribPointer(location, size, type, type === gl.UNSIGNED_BYTE, 0, 0);
  }

  #onLost = (event) => {
    // Without this the browser never restores the context.
    event.preventDefault();
    this.state = "lost";
    this.#report("context_lost");
  };

  #onBack = () => {
    this.#build();
    this.#report("context_restored");
    this.#onRestored();
  };

  #report(code) {
    this.#onTrouble({ code, message: MESSAGE[code] });
  }
}

/** @returns {number} device pixels a CSS pixel has */
export function pixelRatio() {
  return window.devicePixelRatio || 1;
}
