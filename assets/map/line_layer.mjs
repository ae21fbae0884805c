/** The lines of the frame in space, drawn before the points by the same context. */
import { buildProgram, uniformsOf } from "./program.mjs";
import { LINE_SOURCES } from "./shaders.mjs";
import { LINE_LENGTH } from "./space/frame_lines.mjs";

export class LineLayer {
  #gl;
  #program;
  #uniforms;
  #array;
  #buffer;
  #version = null;
  #matrix = new Float32Array(16);

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#program = buildProgram(gl, LINE_SOURCES);
    this.#uniforms = uniformsOf(gl, this.#program);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    [3, 3, 1].forEach((size, location) => {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, 4 * LINE_LENGTH, 12 * location);
      gl.vertexAttribDivisor(location, 1);
    });
    gl.bindVertexArray(null);
  }

  /**
   * @param {{array: Float32Array, version: number}} lines
   * @param {import("./layer.mjs").Scene} scene
   * @param {HTMLCanvasElement} canvas
   * @param {number} ratio device pixels a CSS pixel has
   */
  draw({ array, version }, { projection, theme }, canvas, ratio) {
    const gl = this.#gl;
    const u = this.#uniforms;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    if (version !== this.#version) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
      gl.bufferData(gl.ARRAY_BUFFER, array, gl.DYNAMIC_DRAW);
      this.#version = version;
    }
    gl.uniformMatrix4fv(u.matrix, false, projection.matrix(this.#matrix));
    gl.uniform3fv(u.center, projection.center);
    gl.uniform2f(u.halfSize, canvas.width / 2, canvas.height / 2);
    gl.uniform1f(u.pixelRatio, ratio);
    gl.uniform3fv(u.lineColor, theme.line);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, array.length / LINE_LENGTH);
    gl.bindVertexArray(null);
  }
}
