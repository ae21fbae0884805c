/** Programs of the map's WebGL2 context. */

/**
 * @param {WebGL2RenderingContext} gl
 * @param {[string, string]} sources vertex and fragment shader
 * @returns {WebGLProgram}
 */
export function buildProgram(gl, [vertex, fragment]) {
  const program = gl.createProgram();
  for (const [kind, source] of /** @type {[number, string][]} */ ([
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ])) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`The map's shaders do not link: ${gl.getProgramInfoLog(program)}`);
  return program;
}

/** @returns {Record<string, WebGLUniformLocation>} by name */
export function uniformsOf(gl, program) {
  const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
  const names = Array.from({ length: count }, (_, i) => gl.getActiveUniform(program, i).name);
  return Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)]));
}

/**
 * Tells a program how places come to the screen.
 *
 * @param {WebGL2RenderingContext} gl with the program in use
 * @param {Record<string, WebGLUniformLocation>} u its uniforms
 * @param {import("./strokes.mjs").Camera} camera
 */
export function setCamera(gl, u, { matrix, center, viewport, ratio }) {
  gl.uniformMatrix4fv(u.matrix, false, matrix);
  gl.uniform3fv(u.center, center);
  gl.uniform2fv(u.viewport, viewport);
  gl.uniform1f(u.ratio, ratio);
}

/** A texture that is smooth between its pixels and ends at its edges; `small` is how it is drawn smaller. */
export function smoothTexture(gl, small) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const [name, value] of [
    [gl.TEXTURE_MIN_FILTER, small],
    [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ])
    gl.texParameteri(gl.TEXTURE_2D, name, value);
  return texture;
}
