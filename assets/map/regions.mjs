/**
 * What is drawn of regions: a wash of the classes' colours, and where one ends. Pure.
 *
 * @typedef {{gridSide: number, region: Int16Array, low: number[], high: number[]}} Regions
 */

/** How soft the wash fades, in cells. */
const WASH_SOFTNESS = 2.2;
/** How much the corners of cells are rounded off a border, in cells. */
const BORDER_SOFTNESS = 1.4;

/**
 * @param {Regions} regions
 * @param {(classIndex: number) => ArrayLike<number>} colorOf three bytes
 * @returns {Uint8Array} premultiplied rgba of each cell, row 0 at low y; opaque in the middle of a region
 */
export function washOf({ gridSide, region }, colorOf) {
  const planes = Array.from({ length: 4 }, () => new Float32Array(gridSide * gridSide));
  region.forEach((classIndex, cell) => {
    if (classIndex < 0) return;
    const color = colorOf(classIndex);
    for (let c = 0; c < 3; c += 1) planes[c][cell] = color[c];
    planes[3][cell] = 255;
  });
  const soft = planes.map((plane) => blurred(plane, gridSide, WASH_SOFTNESS));
  const wash = new Uint8Array(4 * gridSide * gridSide);
  for (let cell = 0; cell < gridSide * gridSide; cell += 1)
    for (let c = 0; c < 4; c += 1) wash[4 * cell + c] = Math.round(soft[c][cell]);
  return wash;
}

/**
 * @param {Regions} regions
 * @returns {Map<number, Float32Array>} by class_index: segments of its border, (x, y, 0, x, y, 0) in map units
 */
export function bordersOf({ gridSide, region, low, high }) {
  const classes = [...new Set(region)].filter((classIndex) => classIndex >= 0);
  const shares = new Map([-1, ...classes].map((classIndex) => [classIndex, shareOf(region, classIndex, gridSide)]));
  const borders = new Map();
  for (const classIndex of classes) {
    const segments = zeroLines(leadOf(shares, classIndex), gridSide);
    const place = (value, axis) => low[axis] + ((value + 0.5) / gridSide) * (high[axis] - low[axis]);
    const border = new Float32Array(1.5 * segments.length);
    segments.forEach((value, k) => { border[3 * (k >> 1) + (k % 2)] = place(value, k % 2); });
    borders.set(classIndex, border);
  }
  return borders;
}

/** How much a class has of the surroundings of each cell, 0 to 1. */
function shareOf(region, classIndex, side) {
  return blurred(Float32Array.from(region, (value) => Number(value === classIndex)), side, BORDER_SOFTNESS);
}

/** How far a class is ahead of all others at each cell, negative where it is behind. */
function leadOf(shares, classIndex) {
  const lead = shares.get(classIndex).slice();
  const others = [...shares].filter(([other]) => other !== classIndex).map(([, share]) => share);
  for (let cell = 0; cell < lead.length; cell += 1) {
    let next = 0;
    for (const share of others) if (share[cell] > next) next = share[cell];
    lead[cell] -= next;
  }
  return lead;
}

/** A Gaussian over a square of cells, one axis after the other; outside is 0. */
export function blurred(plane, side, softness) {
  const reach = Math.ceil(2.5 * softness);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * softness ** 2)));
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  const along = (values, step, stride) => {
    const soft = new Float32Array(values.length);
    for (let line = 0; line < side; line += 1)
      for (let i = 0; i < side; i += 1) {
        let sum = 0;
        for (let k = Math.max(-reach, -i); k <= Math.min(reach, side - 1 - i); k += 1)
          sum += taps[k + reach] * values[line * stride + (i + k) * step];
        soft[line * stride + i * step] = sum / total;
      }
    return soft;
  };
  return along(along(plane, 1, side), side, 1);
}

/** Which edges of a square of four cells a line enters and leaves by, for each choice of corners above 0. */
const CROSSINGS = [[], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 2], [1, 0]], [[0, 2]], [[3, 2]], [[2, 3]], [[2, 0]], [[0, 3], [2, 1]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], []];

/**
 * Lines along which values are 0, by marching squares (Lorensen and Cline 1987, in the plane).
 *
 * @param {Float32Array} values side * side
 * @param {number} side
 * @returns {number[]} segments (x, y, x, y) in cells
 */
export function zeroLines(values, side) {
  const segments = [];
  for (let row = 0; row + 1 < side; row += 1)
    for (let column = 0; column + 1 < side; column += 1) {
      const at = row * side + column;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + side + 1], values[at + side]];
      const corners = Number(a > 0) | (Number(b > 0) << 1) | (Number(c > 0) << 2) | (Number(d > 0) << 3);
      if (corners === 0 || corners === 15) continue;
      const crossing = [
        () => [column + a / (a - b), row],
        () => [column + 1, row + b / (b - c)],
        () => [column + d / (d - c), row + 1],
        () => [column, row + a / (a - d)],
      ];
      for (const [enter, leave] of CROSSINGS[corners]) segments.push(...crossing[enter](), ...crossing[leave]());
    }
  return segments;
}
