// Pictures of a data set's samples, from the sheets that the server draws.

import { createSheets, decoded } from "./sheets.mjs";
import { fetchFrame } from "./smallmaps.mjs";

/** An image does not say why it failed: its bytes are asked for, as long as they are wanted, until the server answers. */
async function decodedLater(url, isWanted) {
  const bytes = await fetchFrame(url, isWanted);
  if (!bytes) throw new Error(`There is no picture at ${url}.`);
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
}

/**
 * Return what `createSheets` returns; a sheet that was lost on its way is asked for again.
 * @param {string} datasetId
 * @param {{tile: number, columns: number, per_sheet: number, ink: boolean}} sheet
 * @param {{urlOf?: (page: number) => string, isWanted?: () => boolean, budget?: number}} more
 *   urlOf where sheet k is; isWanted whether anybody still looks at these pictures
 */
export function createThumbnails(datasetId, sheet, { urlOf = (k) => `/api/datasets/${datasetId}/sheets/${k}.png`, isWanted = () => true, budget } = {}) {
  return createSheets(sheet, (k) => decoded(urlOf(k)).catch(() => decodedLater(urlOf(k), isWanted)), budget);
}
