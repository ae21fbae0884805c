// What must be seen on the map's ground, read from the style sheet itself (WCAG 2.x, 1.4.11: 3:1 for marks).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { rgb } from "../../assets/parts/theme.mjs";

const css = readFileSync(new URL("../../assets/10_tokens.css", import.meta.url), "utf8");
const [light, dark] = css.split('[data-bs-theme="dark"] {');
const token = (theme, name) => new RegExp(`--${name}: ([^;]+);`).exec(theme)[1];

function luminance(color) {
  const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

for (const [name, theme] of [["light", light], ["dark", dark]]) {
  test(`a point nobody named stands out from the ${name} map, alone too`, () => {
    const [ground, ink] = [rgb(token(theme, "map")), rgb(token(theme, "unnamed"))];
    const alpha = Number(token(theme, "dot-unnamed"));
    const seen = ground.map((value, channel) => value * (1 - alpha) + ink[channel] * alpha);
    assert.ok(contrast(seen, ground) >= 3, `${contrast(seen, ground).toFixed(2)}:1`);
  });
}

for (const [name, theme] of [["light", light], ["dark", dark]]) {
  test(`the strokes of the atlas are seen on the ${name} map`, () => {
    const [ground, ink] = [rgb(token(theme, "map")), rgb(token(theme, "ink"))];
    const alpha = Number(token(theme, "atlas"));
    const seen = ground.map((value, channel) => value * (1 - alpha) + ink[channel] * alpha);
    assert.ok(contrast(seen, ground) >= (name === "dark" ? 4.5 : 2.5), `${contrast(seen, ground).toFixed(2)}:1`); // thin strokes look paler on dark
  });
}
