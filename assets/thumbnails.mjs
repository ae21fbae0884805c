// Pictures of samples, cut out of the data set's sprite sheets by CSS.

/**
 * Where a sample's picture is.
 * @param {number} id
 * @param {{columns: number, per_sheet: number}} sheet
 * @returns {{k: number, column: number, row: number}}
 */
export function placeOf(id, { columns, per_sheet: perSheet }) {
  const within = id % perSheet;
  return { k: Math.floor(id / perSheet), column: within % columns, row: Math.floor(within / columns) };
}

/**
 * Return a function that dresses an element as a sample's picture.
 * Ink drawings (dark on light by nature) become a mask, so that they follow the theme.
 * @param {string} datasetId
 * @param {{columns: number, per_sheet: number, ink: boolean}} sheet
 */
export function createThumbnails(datasetId, sheet) {
  const url = (k) => `url("/api/datasets/${datasetId}/sheets/${k}.png")`;

  return function dress(node, id, size) {
    const { k, column, row } = placeOf(id, sheet);
    const kind = sheet.ink ? "mask" : "background";
    node.classList.toggle("ink", sheet.ink);
    node.style.setProperty(`${kind}-image`, url(k));
    node.style.setProperty(`${kind}-size`, `${sheet.columns * size}px auto`);
    node.style.setProperty(`${kind}-position`, `${-column * size}px ${-row * size}px`);
  };
}
