/** Programs of the map's WebGL2 context. */

/**
 * @param {WebGL2RenderingContext} gl
 * @param {[string, string]} sources vertex and fragment shader
 * @returns {WebGLProgram}
 */
export function buildProgram(gl, [vertex, fragment]) {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
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
