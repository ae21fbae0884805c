/**
 * Draws arrows: one rectangle each, in which the fragment shader measures the distance to shaft and head, so that
 * edges are one pixel soft and a halo in the map's colour lets them read on points.
 */
import { buildProgram, setCamera, uniformsOf } from "./program.mjs";

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec3 from;
layout(location = 1) in vec3 to;
layout(location = 2) in vec3 vector;
layout(location = 3) in uint kind;
uniform mat4 matrix;
uniform vec3 center;
uniform vec2 viewport;     // device pixels
uniform float ratio;       // device pixels a CSS pixel has
uniform float t;
out vec2 p;                // along and beside the arrow, in CSS pixels
flat out float reach;      // its length
flat out uint flavour;

vec3 screen(vec3 place) {
  vec4 clip = matrix * vec4(place - center, 1.);
  return vec3(clip.xy / clip.w * .5 * viewport / ratio, clip.z / clip.w);
}

void main() {
  vec3 place = mix(from, to, t);
  vec3 tail = screen(place), tip = screen(place + vector);
  vec2 way = tip.xy - tail.xy;
  reach = length(way);
  vec2 along = reach > 0. ? way / reach : vec2(1., 0.);
  vec2 beside = vec2(-along.y, along.x);
  flavour = kind;
  // Pull and push of one place keep to either side of it, so that parallel ones do not cover each other.
  tail.xy += beside * (kind == 0u ? 2. : -2.);
  float pad = 2.5;
  p = vec2((gl_VertexID & 1) == 0 ? -pad : reach + pad, (gl_VertexID & 2) == 0 ? -6. : 6.);
  gl_Position = vec4((tail.xy + along * p.x + beside * p.y) * ratio / (.5 * viewport), tail.z, 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 p;
flat in float reach;
flat in uint flavour;
uniform float ratio;
uniform vec3 mapColor;
uniform vec3 pullColor;
uniform vec3 pushColor;
out vec4 outColor;
const float HEAD = 6.5, HALF_HEAD = 3.2, HALF_SHAFT = .8, HALO = 1.3, DASH = 4., PERIOD = 6.5;

float cover(float distance) { return clamp(.5 - distance * ratio, 0., 1.); }
vec4 over(vec4 top, vec4 below) { return top + below * (1. - top.a); }
vec4 paint(vec3 rgb, float alpha) { return vec4(rgb * alpha, alpha); }

void main() {
  float neck = reach - HEAD;
  float shaft = max(abs(p.y) - HALF_SHAFT, max(-p.x, p.x - neck - 1.));
  vec2 side = normalize(vec2(HALF_HEAD, HEAD));
  float head = max(dot(vec2(p.x - reach, abs(p.y)), side), neck - p.x);
  vec3 rgb = flavour == 0u ? pullColor : pushColor;
  float line = cover(shaft);
  if (flavour == 1u) line *= cover(abs(mod(neck - p.x, PERIOD) - .5 * DASH) - .5 * DASH);
  vec4 arrow = paint(rgb, max(line, cover(head)));
  outColor = over(arrow, paint(mapColor, .8 * cover(min(shaft, head) - HALO)));
}`;

export class ArrowPainter {
  #gl = null;
  #program = null;
  #uniforms = {};
  #array = null;
  #buffers = [];
  #count = 0;

  build(gl) {
    this.#gl = gl;
    this.#program = buildProgram(gl, [VERTEX, FRAGMENT]);
    this.#uniforms = uniformsOf(gl, this.#program);
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    this.#buffers = [0, 1, 2, 3].map((location) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(location);
      if (location === 3) gl.vertexAttribIPointer(location, 1, gl.UNSIGNED_BYTE, 0, 0);
      else gl.vertexAttribPointer(location, 3, gl.FLOAT, false, 0, 0);
      gl.vertexAttribDivisor(location, 1);
      return buffer;
    });
    gl.bindVertexArray(null);
    this.#count = 0;
  }

  /** @param {import("./arrows.mjs").Arrows} arrows */
  set({ from, to, vector, kind, count }) {
    const gl = this.#gl;
    [from, to, vector, kind].forEach((values, location) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[location]);
      gl.bufferData(gl.ARRAY_BUFFER, values.subarray(0, location === 3 ? count : 3 * count), gl.DYNAMIC_DRAW);
    });
    this.#count = count;
  }

  /**
   * @param {number} t of the tween the points are in
   * @param {import("./theme.mjs").Theme} theme
   * @param {import("./strokes.mjs").Camera} camera
   */
  draw(t, theme, camera) {
    if (this.#count === 0) return;
    const gl = this.#gl;
    const u = this.#uniforms;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    setCamera(gl, u, camera);
    gl.uniform1f(u.t, t);
    gl.uniform3fv(u.mapColor, theme.map);
    gl.uniform3fv(u.pullColor, theme.accent);
    gl.uniform3fv(u.pushColor, theme.warn);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#count);
  }
}
