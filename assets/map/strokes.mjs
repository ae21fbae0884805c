/**
 * Draws many straight lines of a pixel or so, softly: borders of regions, ways that points went.
 *
 * @typedef {{matrix: Float32Array, center: number[], viewport: number[], ratio: number}} Camera how places come to the
 *   screen: `matrix * (place - center)`, in a viewport of device pixels, `ratio` of them a CSS pixel
 */
import { buildProgram, setCamera, uniformsOf } from "./program.mjs";

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec3 start;
layout(location = 1) in vec3 end;
layout(location = 2) in vec4 color;
uniform mat4 matrix;
uniform vec3 center;
uniform vec2 viewport;
uniform float ratio;
uniform float width;       // CSS pixels
out vec2 p;
flat out float reach;
flat out vec4 ink;

vec2 screen(vec3 place) {
  vec4 clip = matrix * vec4(place - center, 1.);
  return clip.xy / clip.w * .5 * viewport / ratio;
}

void main() {
  vec2 tail = screen(start), way = screen(end) - tail;
  reach = length(way);
  vec2 along = reach > 0. ? way / reach : vec2(1., 0.);
  float pad = .5 * width + 1.;
  p = vec2((gl_VertexID & 1) == 0 ? -pad : reach + pad, (gl_VertexID & 2) == 0 ? -pad : pad);
  ink = color;
  vec2 at = tail + along * p.x + vec2(-along.y, along.x) * p.y;
  gl_Position = vec4(at * ratio / (.5 * viewport), 0., 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 p;
flat in float reach;
flat in vec4 ink;
uniform float ratio;
uniform float width;
out vec4 outColor;
void main() {
  // Each line ends flat where the next begins: rounded ends would add up to beads.
  float distance = max(abs(p.y) - .5 * width, max(-p.x, p.x - reach));
  float alpha = ink.a * clamp(.5 - distance * ratio, 0., 1.);
  outColor = vec4(ink.rgb * alpha, alpha);
}`;

export class Strokes {
  #gl = null;
  #program = null;
  #uniforms = {};
  #array = null;
  #places = null;
  #colors = null;
  #count = 0;

  build(gl) {
    this.#gl = gl;
    this.#program = buildProgram(gl, [VERTEX, FRAGMENT]);
    this.#uniforms = uniformsOf(gl, this.#program);
    this.#places = gl.createBuffer();
    this.#colors = gl.createBuffer();
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places);
    gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 24, 0);
    gl.vertexAttribPointer(1, 3, gl.FLOAT, false, 24, 12);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#colors);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    for (const location of [0, 1, 2]) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribDivisor(location, 1);
    }
    gl.bindVertexArray(null);
    this.#count = 0;
  }

  /** @param {{segments: Float32Array, color: number[]}[]} parts lines (x, y, z, x, y, z) in map units, and rgba of 0 to 255 */
  set(parts) {
    const gl = this.#gl;
    const count = parts.reduce((sum, { segments }) => sum + segments.length / 6, 0);
    const places = new Float32Array(6 * count);
    const colors = new Uint8Array(4 * count);
    let at = 0;
    for (const { segments, color } of parts) {
      places.set(segments, at);
      for (let k = at / 6; k < (at + segments.length) / 6; k += 1) colors.set(color, 4 * k);
      at += segments.length;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#colors);
    gl.bufferData(gl.ARRAY_BUFFER, colors, gl.DYNAMIC_DRAW);
    this.#count = count;
  }

  /** @param {number} width CSS pixels @param {Camera} camera */
  draw(width, camera) {
    if (this.#count === 0) return;
    const gl = this.#gl;
    const u = this.#uniforms;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    setCamera(gl, u, camera);
    gl.uniform1f(u.width, width);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#count);
  }
}
