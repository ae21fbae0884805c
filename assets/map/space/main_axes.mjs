/**
 * The main axes of a cloud: the directions in which it is longest (Pearson 1901; eigenvectors of the covariance by
 * Jacobi's rotations, 1846). Pure; one pass over the points.
 *
 * @typedef {import("./pose.mjs").Vector} Vector
 */
import { cross, dot, likeness, turnWith } from "./pose.mjs";

const NUM_SWEEPS = 12;
const PAIRS = [[0, 1], [0, 2], [1, 2]];
/** Which way each of the two axes may point that are seen flat; the first is the cloud's own. */
const WAYS = [[1, 1], [-1, -1], [1, -1], [-1, 1]];

/** @param {Float32Array} positions three values a sample @returns {number[][]} sums of products about the mean */
function scatterOf(positions) {
  const mean = [0, 0, 0];
  const sums = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  let count = 0;
  for (let i = 0; i < positions.length; i += 3) {
    const delta = [positions[i] - mean[0], positions[i + 1] - mean[1], positions[i + 2] - mean[2]];
    if (!Number.isFinite(delta[0] + delta[1] + delta[2])) continue;
    count++; // Welford 1962: no sum of squares that would lose its digits far from the origin
    for (let a = 0; a < 3; a++) mean[a] += delta[a] / count;
    for (let a = 0; a < 3; a++) for (let b = 0; b <= a; b++) sums[a][b] += delta[a] * (positions[i + b] - mean[b]);
  }
  for (const [a, b] of PAIRS) sums[a][b] = sums[b][a];
  return sums;
}

/** One of Jacobi's rotations: makes the element (p, q) of a symmetric matrix 0. */
function rotate(matrix, vectors, p, q) {
  if (matrix[p][q] === 0) return;
  const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const mix = (row, i, j) => ([row[i], row[j]] = [c * row[i] - s * row[j], s * row[i] + c * row[j]]);
  for (const row of matrix) mix(row, p, q);
  for (let k = 0; k < 3; k++)
    [matrix[p][k], matrix[q][k]] = [c * matrix[p][k] - s * matrix[q][k], s * matrix[p][k] + c * matrix[q][k]];
  for (const row of vectors) mix(row, p, q);
}

/**
 * @param {Float32Array} positions three values a sample
 * @returns {[Vector, Vector, Vector]} unit vectors, the longest first; each points where its largest part is positive
 */
export function mainAxes(positions) {
  const matrix = scatterOf(positions);
  const vectors = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (let sweep = 0; sweep < NUM_SWEEPS; sweep++) for (const [p, q] of PAIRS) rotate(matrix, vectors, p, q);
  const order = [0, 1, 2].sort((a, b) => matrix[b][b] - matrix[a][a]);
  return /** @type {any} */ (order.map((column) => facing(vectors.map((row) => row[column]))));
}

function facing(vector) {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/**
 * The turn that lays the two main axes of a cloud flat on the screen, the longest across. An axis has two ends: which of
 * them points right, or up, is the cloud's alone wherever the eye comes from, and after that as it was before. So nobody
 * who comes back finds the mirror image, whichever way the cloud has turned by then.
 *
 * @param {Float32Array} positions
 * @param {import("./pose.mjs").Turn | null} last the turn in which the cloud was seen flat before, null for never
 * @returns {import("./pose.mjs").Turn}
 */
export function flatTurn(positions, last = null) {
  const [first, second] = mainAxes(positions);
  const turns = WAYS.map(([across, upwards]) => {
    const [right, up] = [first.map((value) => across * value), second.map((value) => upwards * value)];
    return turnWith({ right, up, back: cross(right, up) });
  });
  return last === null ? turns[0] : turns.reduce((best, each) => (likeness(each, last) > likeness(best, last) ? each : best));
}

/** @param {Float32Array} positions three values a sample @returns {Float32Array} two values a sample, along the main axes */
export function flattened(positions) {
  const [first, second] = mainAxes(positions);
  const flat = new Float32Array((positions.length / 3) * 2);
  for (let i = 0, at = 0; i < positions.length; i += 3, at += 2) {
    const place = [positions[i], positions[i + 1], positions[i + 2]];
    flat[at] = dot(first, place);
    flat[at + 1] = dot(second, place);
  }
  return flat;
}
