/**
 * Draws an atlas: one rectangle over its cells, coloured from a picture of them all. The axes of a map may be stretched
 * unlike each other; each cell's picture stays as square as it was, in the middle of its cell, with room to the next.
 *
 * @typedef {{canvas: HTMLCanvasElement, columns: number, rows: number, low: number[], high: number[]}} AtlasLayer
 *   canvas: its top at high y, cells of equal size; low, high: corners in map units
 */
import { Rectangle } from "./rectangle.mjs";

const VERTEX = `#version 300 es
precision highp float;
uniform mat4 matrix;
uniform vec3 center;
uniform vec2 low;
uniform vec2 high;
uniform vec2 cells;
out vec2 at;               // in cells
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = corner * cells;
  gl_Position = matrix * vec4(vec3(mix(low, high, corner), 0.) - center, 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D pictures;
uniform vec2 cells;
uniform float opacity;
out vec4 outColor;
void main() {
  vec2 across = dFdx(at), down = dFdy(at);
  vec2 perPixel = max(abs(across) + abs(down), 1e-9);
  vec2 stretch = max(perPixel, perPixel.yx) / perPixel;  // 1 along the shorter side of a cell on the screen
  // Rows that touch read as columns: where cells are wide, pictures keep away from those above and below as well.
  float apart = 1.12 + .2 * smoothstep(1., 1.35, max(stretch.x, stretch.y));
  vec2 within = (fract(at) - .5) * stretch * apart;
  bool isOut = max(abs(within.x), abs(within.y)) > .5;
  vec2 place = (floor(at) + .5 + within) / cells;
  // the size of a pixel must not jump where one cell ends and the next begins
  vec4 color = textureGrad(pictures, place, across * stretch * apart / cells, down * stretch * apart / cells);
  outColor = isOut ? vec4(0.) : color * opacity;
}`;

export class AtlasPainter {
  #rectangle = new Rectangle([VERTEX, FRAGMENT], "LINEAR_MIPMAP_LINEAR");

  build(gl) {
    this.#rectangle.build(gl);
  }

  /** @param {AtlasLayer} atlas */
  set({ canvas }) {
    const gl = this.#rectangle.bound();
    const manners = [gl.UNPACK_FLIP_Y_WEBGL, gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL];
    for (const name of manners) gl.pixelStorei(name, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
    for (const name of manners) gl.pixelStorei(name, false);
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  /**
   * @param {AtlasLayer} atlas the one that was set
   * @param {number} opacity
   * @param {import("./strokes.mjs").Camera} camera
   */
  draw(atlas, opacity, camera) {
    this.#rectangle.draw(atlas, opacity, camera, (gl, u) => gl.uniform2f(u.cells, atlas.columns, atlas.rows));
  }
}
