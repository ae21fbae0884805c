// Classic script: Dash names Plotly's file without its version, so that a browser asks for it again each time and
// compiles it anew (pages/assets.py).
(function () {
  const address = document.querySelector('meta[name="plotly-address"]')?.content;
  if (address) Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => address, set() {} });
})();
