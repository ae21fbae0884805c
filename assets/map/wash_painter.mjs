/** Draws the wash of the regions: one rectangle over the grid, coloured from a texture of one texel a cell. */
import { Rectangle } from "./rectangle.mjs";

const VERTEX = `#version 300 es
precision highp float;
uniform mat4 matrix;
uniform vec3 center;
uniform vec2 low;
uniform vec2 high;
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = matrix * vec4(vec3(mix(low, high, at), 0.) - center, 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D wash;
uniform float opacity;
out vec4 outColor;
void main() { outColor = texture(wash, at) * opacity; }`;

export class WashPainter {
  #rectangle = new Rectangle([VERTEX, FRAGMENT], "LINEAR");

  build(gl) {
    this.#rectangle.build(gl);
  }

  /** @param {number} side @param {Uint8Array} wash premultiplied rgba of each cell, row 0 at low y */
  set(side, wash) {
    const gl = this.#rectangle.bound();
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, side, side, 0, gl.RGBA, gl.UNSIGNED_BYTE, wash);
  }

  /**
   * @param {{low: number[], high: number[]}} corners in map units
   * @param {number} opacity
   * @param {import("./strokes.mjs").Camera} camera
   */
  draw(corners, opacity, camera) {
    this.#rectangle.draw(corners, opacity, camera);
  }
}
