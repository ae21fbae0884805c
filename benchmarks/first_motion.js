// When does the first pixel of a moved point change after the mouse was released on a button?
//
// Every WebGL draw of the page passes here. While armed, a draw that finds the points where they
// were keeps the canvas's pixels; the first draw that finds a point elsewhere and the pixels
// changed ends the measurement. Loaded before any script of the page, in our app and in the
// contenders alike.
(function () {
  performance.setResourceTimingBufferSize(20000); // 250 by default: every answer is to be found
  const READ = {
    lodemap: () => window.lodemap.parts().map.currentPositions(),
    plotly: () => document.querySelector(".js-plotly-plot")?._fullData?.[0]?.x,
  };
  const LEAST_MOVE = 0.003; // of the map's width: about 2 px
  let watch = null;

  function widthOf(values) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return high - low || 1;
  }

  function hasMoved(now) {
    const { start, least } = watch;
    if (!now || now.length !== start.length) return false;
    for (let i = 0; i < now.length; i += 1) if (Math.abs(now[i] - start[i]) > least) return true;
    return false;
  }

  function pixelsOf(gl) {
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    const pixels = new Uint32Array(width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(pixels.buffer));
    return pixels;
  }

  const differ = (a, b) => !a || a.length !== b.length || a.some((value, i) => value !== b[i]);

  function look(gl) {
    const isOnScreen = gl.getParameter(gl.FRAMEBUFFER_BINDING) === null && gl.canvas.isConnected;
    if (!isOnScreen || gl.canvas.classList.contains("gl-canvas-pick")) return;
    const moved = hasMoved(READ[watch.kind]());
    const pixels = pixelsOf(gl);
    if (moved && watch.releasedAt !== null && differ(watch.before.get(gl), pixels)) {
      const { done, releasedAt } = watch;
      watch = null;
      done(performance.now() - releasedAt);
      return;
    }
    if (!moved) watch.before.set(gl, pixels);
  }

  function observe(prototype, name) {
    const draw = prototype[name];
    if (!draw) return;
    prototype[name] = function (...args) {
      draw.apply(this, args);
      if (watch) look(this);
    };
  }

  for (const type of [window.WebGLRenderingContext, window.WebGL2RenderingContext]) {
    for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
      observe(type.prototype, name);
    }
  }

  window.addEventListener(
    "pointerup",
    (event) => {
      if (watch && watch.releasedAt === null) watch.releasedAt = event.timeStamp;
    },
    true,
  );

  window.firstMotion = {
    /** Start to watch; `result()` then resolves to the milliseconds from release to motion. */
    arm(kind) {
      const start = Float64Array.from(READ[kind]());
      const least = LEAST_MOVE * widthOf(start);
      window.firstMotion.result = new Promise((done) => {
        watch = { kind, start, least, before: new Map(), releasedAt: null, done };
      });
    },
  };
})();
