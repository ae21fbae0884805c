// Classic script in <head>: sets the theme before the first paint. `theme.mjs` does the rest.
(function () {
  const key = "lodemap.theme";
  let mode = "auto";
  try {
    mode = localStorage.getItem(key) || "auto";
  } catch {
    // Storage may be forbidden; the system's choice is a fine answer then.
  }
  const isDark = mode === "dark" || (mode !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-bs-theme", isDark ? "dark" : "light");
  document.documentElement.lang = document.documentElement.lang || "en";
})();
