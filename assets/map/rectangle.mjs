/** One rectangle over the map, coloured from a picture: what an atlas and the wash of the regions are drawn on. */
import { buildProgram, smoothTexture, uniformsOf } from "./program.mjs";

export class Rectangle {
  #sources;
  #small;
  #gl = null;
  #program = null;
  #uniforms = {};
  #array = null;
  #texture = null;

  /**
   * @param {[string, string]} sources shaders that take matrix, center, low, high and opacity
   * @param {"LINEAR" | "LINEAR_MIPMAP_LINEAR"} small how the picture is drawn smaller than it is
   */
  constructor(sources, small) {
    this.#sources = sources;
    this.#small = small;
  }

  build(gl) {
    this.#gl = gl;
    this.#program = buildProgram(gl, this.#sources);
    this.#uniforms = uniformsOf(gl, this.#program);
    this.#array = gl.createVertexArray();
    this.#texture = smoothTexture(gl, gl[this.#small]);
  }

  /** @returns {WebGL2RenderingContext} with the picture bound, to be written */
  bound() {
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#texture);
    return this.#gl;
  }

  /**
   * @param {{low: number[], high: number[]}} corners in map units
   * @param {number} opacity
   * @param {import("./strokes.mjs").Camera} camera
   * @param {(gl: WebGL2RenderingContext, u: Record<string, WebGLUniformLocation>) => void} [tell] tells what else the
   *   shaders take
   */
  draw({ low, high }, opacity, { matrix, center }, tell = () => {}) {
    const gl = this.bound();
    const u = this.#uniforms;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    gl.uniformMatrix4fv(u.matrix, false, matrix);
    gl.uniform3fv(u.center, center);
    gl.uniform2fv(u.low, low);
    gl.uniform2fv(u.high, high);
    gl.uniform1f(u.opacity, opacity);
    tell(gl, u);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }
}
