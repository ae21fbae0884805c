import assert from "node:assert/strict";
import { test } from "node:test";

import { escape, figureSvg, layOut, markAt, MOST_MARKS, seenPoints } from "../../../assets/mappage/figure.mjs";

const LIGHT = { map: [252, 252, 251], ink: [20, 25, 29], ink3: [95, 105, 115], unnamed: [95, 105, 115], opacity: 0.78, faint: 0.86 };
const DARK = { map: [16, 20, 24], ink: [235, 239, 242], ink3: [146, 157, 167], unnamed: [211, 219, 226], opacity: 0.9, faint: 0.42 };

function viewOf(numSamples, changes = {}) {
  const places = new Float32Array(2 * numSamples);
  for (let id = 0; id < numSamples; id += 1) places.set([10 + (id % 380), 10 + ((id * 7) % 280)], 2 * id);
  const color = new Uint8Array(4 * numSamples);
  for (let id = 0; id < numSamples; id += 1) color.set(id % 2 ? [12, 144, 240, 224] : [180, 48, 12, 224], 4 * id);
  return {
    title: "Round things", width: 400, height: 300, places, color, mark: new Uint8Array(numSamples), diameter: 5,
    names: [{ text: "clock", x: 100, y: 100 }], theme: LIGHT,
    legend: [{ text: "clock", color: [12, 144, 240], shape: 0, count: 1234 }], ...changes,
  };
}

/** Whether every tag of an XML text is closed in its turn. */
function isBalanced(xml) {
  const open = [];
  for (const [, slash, name, , selfClosing] of xml.matchAll(/<(\/?)([a-zA-Z]+)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
    if (selfClosing) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

const count = (text, part) => text.split(part).length - 1;

test("figureSvg: one mark a point, without axes, with title, name and legend", () => {
  const svg = figureSvg(viewOf(50));
  assert.ok(isBalanced(svg));
  assert.equal(count(svg, "<circle"), 50 + 1);
  assert.match(svg, /<title>Round things<\/title>/);
  assert.equal(count(svg, ">clock</text>"), 2);
  assert.match(svg, />1,234<\/text>/);
  assert.doesNotMatch(svg, /<line|NaN|undefined/);
});

test("figureSvg: the theme's ground and ink", () => {
  assert.match(figureSvg(viewOf(2)), /fill="#fcfcfb"/);
  assert.match(figureSvg(viewOf(2, { theme: DARK })), /fill="#101418"/);
  assert.match(figureSvg(viewOf(2, { theme: DARK })), /fill="#ebeff2"/);
});

test("figureSvg: names in any script, and none that breaks the file", () => {
  const name = '<img src=x onerror="x">&\u0000圆';
  const svg = figureSvg(viewOf(3, { title: name, names: [{ text: name, x: 50, y: 50 }], legend: [{ text: "圆".repeat(40), color: [0, 0, 0], shape: 1, count: 1 }] }));
  assert.ok(isBalanced(svg));
  assert.doesNotMatch(svg, /<img|\u0000/);
  assert.match(svg, /&lt;img src=x onerror=&quot;x&quot;&gt;&amp;圆/);
  assert.match(svg, /圆{15}…/);
});

test("figureSvg: held-out ones are rings, unsure ones striped, classes beyond twelve have shapes", () => {
  const svg = figureSvg(viewOf(5, { mark: Uint8Array.from([4, 8, 1, 2, 32]), legend: [], names: [] }));
  assert.equal(count(svg, 'fill="none" stroke='), 2);
  assert.equal(count(svg, "<rect "), 2 + 1, "ground and clip, and the square");
  assert.match(svg, /fill="#5f6973" fill-opacity="0.86"/);
});

test("figureSvg: a named point is larger and ringed, whatever its shape", () => {
  const svg = figureSvg(viewOf(2, { mark: Uint8Array.from([64, 64 | 4]), legend: [], names: [] }));
  assert.match(svg, /stroke="#14191d" stroke-opacity="0.62"><circle cx="[\d.]+" cy="[\d.]+" r="3.05"/);
  assert.match(svg, /fill="none" stroke="#[0-9a-f]{6}" stroke-width="2"><circle/);
});

test("seenPoints: neither hidden ones nor those out of sight, the farthest first", () => {
  const view = viewOf(5, { mark: Uint8Array.from([0, 16, 0, 0, 0]), order: Uint32Array.from([4, 3, 2, 1, 0]) });
  view.places.set([NaN, NaN], 2 * 2);
  view.places.set([-50, 10], 2 * 3);
  assert.deepEqual([...seenPoints(view)], [4, 0]);
});

test("figureSvg: many points are one picture", () => {
  const view = viewOf(MOST_MARKS + 1);
  const svg = figureSvg(view, "data:image/png;base64,AAAA");
  assert.equal(count(svg, "<image "), 1);
  assert.equal(count(svg, "<circle"), 1, "that of the legend");
  assert.ok(svg.length < 5000);
});

test("figureSvg: 20,000 marks are each written, in two million letters at most", () => {
  const svg = figureSvg(viewOf(MOST_MARKS));
  assert.equal(count(svg, "<circle"), MOST_MARKS + 1);
  assert.ok(svg.length < 2_000_000, `${svg.length} letters`);
});

test("figureSvg: a legend longer than the plot says how many it left out", () => {
  const legend = Array.from({ length: 40 }, (_, i) => ({ text: `class ${i}`, color: [0, 0, 0], shape: 0, count: i }));
  const svg = figureSvg(viewOf(1, { legend }));
  assert.match(svg, />and 26 more<\/text>/);
  assert.equal(count(svg, ">class "), 14);
});

test("figureSvg: of names that overlap the first stays", () => {
  const names = [{ text: "first", x: 100, y: 100 }, { text: "second", x: 105, y: 102 }, { text: "third", x: 300, y: 200 }];
  const svg = figureSvg(viewOf(1, { names, legend: [] }));
  assert.deepEqual(["first", "second", "third"].map((name) => count(svg, `>${name}</text>`)), [1, 0, 1]);
});

test("layOut: room for title and legend only where they are", () => {
  const { width, height } = layOut(viewOf(1));
  const bare = layOut(viewOf(1, { title: "", legend: [] }));
  assert.deepEqual([bare.width, bare.height], [432, 332]);
  assert.ok(width > bare.width && height > bare.height);
});

test("markAt and escape", () => {
  assert.equal(markAt(1.239, 2, 3, 0), '<circle cx="1.24" cy="2" r="3"/>');
  assert.equal(escape(`a&b<c>"d"'e'`), "a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;");
});
