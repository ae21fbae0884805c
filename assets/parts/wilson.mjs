// Wilson's 95 % score interval of a proportion (Wilson 1927), as `wilson_interval` in ml/measures/metrics.py. Pure.

const Z = 1.959964;

/**
 * Both ends; they do not lie evenly around the share.
 * @param {number} share the proportion seen, 0 to 1
 * @param {number} count how many were counted, at least 1
 * @returns {[number, number]} within 0 to 1
 */
export function wilson(share, count) {
  const scale = 1 + (Z * Z) / count;
  const middle = (share + (Z * Z) / (2 * count)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count))) / scale;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
