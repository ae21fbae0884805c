/**
 * How a point looks. One vertex a point; the fragment shader measures the signed distance to the mark's outline in
 * device pixels, so that edges are one pixel soft at any size.
 */

/** What the program `top` draws: points with a halo, one with a ring, points on their way, and where those were. */
export const PASS = { selected: 1, hovered: 2, dragged: 3, ghost: 4 };

/** Below this diameter in device pixels a mark is a dot: nobody sees its shape, and a dot costs a third. */
export const DOT_PX = 3.2;

/**
 * Three programs, since a GPU that is a CPU pays for every line, taken or not: `dot` and `mark` for the base
 * pass, `top` for the few points above it.
 *
 * @typedef {"dot" | "mark" | "top"} Kind
 * @param {Kind} kind
 * @returns {[string, string]} vertex and fragment shader
 */
export function sourcesOf(kind) {
  const head = `#version 300 es\n#define IS_DOT ${Number(kind === "dot")}\n#define IS_TOP ${Number(kind === "top")}\n`;
  return [head + VERTEX, head + FRAGMENT];
}

const VERTEX = `
precision highp float;
precision highp int;
layout(location = 0) in vec3 from;
layout(location = 1) in vec3 to;
layout(location = 2) in vec4 color;
layout(location = 3) in uint mark;
layout(location = 4) in uint selected;
uniform mat4 matrix;
uniform vec3 center;
uniform vec3 offset;       // of the points on their way by hand
uniform float t;
uniform float diameter;    // device pixels
uniform float pixelRatio;
uniform float opacity;
uniform float dimming;     // 1, or less when others are selected
uniform int pass;
uniform bool hasSelection;
uniform vec3 mapColor;
uniform vec3 inkColor;
uniform vec3 faintColor;
uniform float faintAlpha;   // of a point nobody named: it must stand out from the ground alone
uniform vec4 depthRow;     // of a place less the centre: 0 nearest to 1 farthest; 0 on a flat map
uniform float fade;        // 0 on a flat map, 1 in space
flat out vec4 fill;
flat out float edge;       // how dark the outer pixel is
flat out float ring;       // how far the outer pixel of a named point is ink
flat out float radius;
flat out float size;
flat out float halo;       // of a selected point
flat out uint kind;

float luminance(vec3 c) {  // WCAG 2
  vec3 linear = mix(c / 12.92, pow((c + .055) / 1.055, vec3(2.4)), step(.04045, c));
  return dot(linear, vec3(.2126, .7152, .0722));
}

float contrast(vec3 a, vec3 b) {
  float la = luminance(a), lb = luminance(b);
  return (max(la, lb) + .05) / (min(la, lb) + .05);
}

void main() {
  kind = mark;
  bool isFaint = (mark & 32u) != 0u;
  bool isNamed = (mark & 64u) != 0u;  // a person said so: larger, and with a fine ring
  vec3 place = from * (1. - t) + to * t + offset;
  bool isOut = (mark & 16u) != 0u || any(isnan(place));
#if !IS_TOP
  isOut = isOut || (hasSelection && selected == 1u) || selected == 2u;
#endif
  gl_Position = isOut ? vec4(2., 2., 2., 1.) : matrix * vec4(place - center, 1.);
  halo = 0.;
  float depth = clamp(dot(depthRow.xyz, place - center) + depthRow.w, 0., 1.);
  float near = clamp(1. / gl_Position.w, .55, 2.2);  // 1 on a flat map, where w is 1
  float grown = diameter * near * (1. + fade * (.18 - .36 * depth)) * (isNamed ? 1.22 : 1.);
  fill = isFaint ? vec4(faintColor, faintAlpha) : color;
  float pad = .5;
#if IS_TOP
  fill.a = isFaint ? max(.8, faintAlpha) : color.a;
  halo = clamp(.6 * (grown / pixelRatio - 3.), 0., 1.5) * pixelRatio;  // small marks lie dense: it would swallow them
  pad += pass == 2 ? 5. * pixelRatio : pass == 3 ? 3. * pixelRatio : halo;
#else
  // A mark too small for a ring is told by its shade.
  float isBare = isNamed ? 1. - smoothstep(3.4, 5.2, grown / pixelRatio) : 0.;
  fill.rgb = mix(fill.rgb, inkColor, .5 * isBare);
  grown *= 1. + .25 * isBare;
  // Faint points are dim already; where marks are so small that they lie dense, many dim ones would outshine the rest.
  float room = smoothstep(2.4, 5., grown / pixelRatio);
  fill.a *= (isFaint || isNamed ? 1. : opacity) * (dimming < 1. ? mix(.6 * dimming, isFaint ? sqrt(dimming) : dimming, room) : 1.);
#endif
  fill.a *= 1. - .45 * fade * depth;
#if IS_DOT
  if ((mark & 12u) != 0u) fill.a *= .6;
  radius = .5 * grown;
  size = 2. * (radius + pad);
#else
  radius = .5 * grown * ((mark & 8u) != 0u ? 1.15 : 1.);
  size = 2. * (radius * ((mark & 3u) == 0u ? 1. : 1.25) + pad);
  bool needsEdge = !isFaint && grown > 4. * pixelRatio && luminance(mapColor) > .5
    && contrast(color.rgb, mapColor) < 3.;
  edge = grown < 3. * pixelRatio ? 0. : (needsEdge ? .24 : .12);
  ring = isNamed ? (luminance(mapColor) > .5 ? .62 : .4) * smoothstep(3.4, 5.2, grown / pixelRatio) : 0.;
#endif
  if (isOut) size = 0.;
  gl_PointSize = size;
}`;

const FRAGMENT = `
precision highp float;
precision highp int;
flat in vec4 fill;
flat in float edge;
flat in float ring;
flat in float radius;
flat in float size;
flat in float halo;
flat in uint kind;
uniform int pass;
uniform float pixelRatio;
uniform vec3 mapColor;
uniform vec3 accentColor;
uniform vec3 inkColor;
out vec4 outColor;

float cover(float distance) { return clamp(.5 - distance, 0., 1.); }

float distanceTo(vec2 p) {  // negative inside; squares and triangles have the area of the disc
  uint shape = kind & 3u;
  if (shape == 1u) { vec2 q = abs(p); return max(q.x, q.y) - .886 * radius; }
  if (shape == 2u) { p.y -= .18 * radius; return max(abs(p.x) * .866 - p.y * .5, p.y) - .72 * radius; }
  return length(p) - radius;
}

vec4 over(vec4 top, vec4 below) { return top + below * (1. - top.a); }
vec4 paint(vec3 rgb, float alpha) { return vec4(rgb * alpha, alpha); }

#if IS_DOT
void main() {
  outColor = paint(fill.rgb, fill.a * cover(length((gl_PointCoord - .5) * size) - radius));
}
#else
vec4 body(vec2 p, float d) {
  bool isRing = (kind & 4u) != 0u;
  bool isHatched = (kind & 8u) != 0u;
  if (!isRing && !isHatched) {
    vec3 rgb = mix(fill.rgb * (1. - edge * cover(-d - pixelRatio)), inkColor, ring * cover(-d - pixelRatio));
    return paint(rgb, fill.a * cover(d));
  }
  float line = min((ring > 0. ? 1. : .65) * pixelRatio, .5 * radius);  // a named ring is a bold one
  float ink = cover(abs(d + .55 * line) - line);
  if (isHatched) {
    float period = 2.6 * pixelRatio;
    float stripe = abs(fract((p.x + p.y) * .7071 / period) - .5) * period - .25 * period;
    ink = max(ink, cover(stripe) * cover(d) * .9);
  }
  vec4 drawn = paint(fill.rgb, fill.a * ink);
  return IS_TOP == 1 ? over(drawn, paint(mapColor, cover(d))) : drawn;
}

void main() {
  vec2 p = (gl_PointCoord - .5) * size;
  float d = distanceTo(p);
  vec4 result = body(p, d);
#if IS_TOP
  // A grey one is hardly told from the others by a rim of the ground; that of a class is, and keeps its colour.
  if (pass == 1 && halo > 0.) result = over(result, paint((kind & 32u) != 0u ? accentColor : mapColor, cover(d - halo)));
  if (pass == 2) {
    float ring = abs(length(p) - radius - 3. * pixelRatio) - .8 * pixelRatio;
    result = over(result, paint(mapColor, cover(d - 1.5 * pixelRatio)));
    result = over(paint(accentColor, cover(ring)), over(result, paint(mapColor, cover(ring - pixelRatio) * .85)));
  }
  if (pass == 3) {
    float ring = abs(d - pixelRatio) - .6 * pixelRatio;
    result = over(result, paint(mapColor, cover(d - halo - 1.1 * pixelRatio)));
    result = over(paint(inkColor, cover(ring)), result);
  }
  if (pass == 4) {
    float dots = step(.45, fract(atan(p.y, p.x) * 6. / 6.2831853));
    result = paint(inkColor, .55 * dots * cover(abs(d) - .5 * pixelRatio));
  }
#endif
  outColor = result;
}
#endif`;

/**
 * Lines one pixel wide and soft at their edges, which hardware lines are not. One instance a line, four vertices each;
 * what is behind the eye is cut off before the division.
 *
 * @type {[string, string]}
 */
export const LINE_SOURCES = [
  `#version 300 es
precision highp float;
layout(location = 0) in vec3 from;
layout(location = 1) in vec3 to;
layout(location = 2) in float strength;
uniform mat4 matrix;
uniform vec3 center;
uniform vec2 halfSize;     // of the canvas, device pixels
uniform float pixelRatio;
out float across;
out float alpha;
const float NEAREST = .05;

void main() {
  vec4 a = matrix * vec4(from - center, 1.), b = matrix * vec4(to - center, 1.);
  bool isOut = a.w < NEAREST && b.w < NEAREST;
  if (a.w < NEAREST) a = mix(a, b, (NEAREST - a.w) / (b.w - a.w));
  if (b.w < NEAREST) b = mix(b, a, (NEAREST - b.w) / (a.w - b.w));
  vec2 begin = a.xy / a.w * halfSize, end = b.xy / b.w * halfSize;
  vec2 along = normalize(end - begin + vec2(1e-6, 0.));
  float side = gl_VertexID < 2 ? -1. : 1.;
  across = side * (.5 * pixelRatio + 1.);
  vec2 place = ((gl_VertexID & 1) == 0 ? begin : end) + vec2(-along.y, along.x) * across;
  gl_Position = isOut ? vec4(2., 2., 2., 1.) : vec4(place / halfSize, 0., 1.);
  alpha = strength;
}`,
  `#version 300 es
precision highp float;
in float across;
in float alpha;
uniform float pixelRatio;
uniform vec3 lineColor;
out vec4 outColor;

void main() {
  float shown = alpha * clamp(.5 * pixelRatio + .5 - abs(across), 0., 1.);
  outColor = vec4(lineColor * shown, shown);
}`,
];
