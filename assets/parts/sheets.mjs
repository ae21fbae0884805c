// Pictures of samples, cut out of sprite sheets and drawn on small canvases; where the sheets come from is the caller's.
// CSS masks over a sheet looked the same and cost a layer of the sheet's size for every picture.

const BUDGET_BYTES = 256 * 1024 * 1024;

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

/** Turn strokes of light on black, grey bytes rgba, into the same strokes as opacity, in place. */
export function inkToAlpha(rgba) {
  for (let at = 0; at < rgba.length; at += 4) rgba[at + 3] = rgba[at];
  return rgba;
}

/** The picture at an address; rejected where it was lost, is not there, or is none. */
export async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** A picture of strokes as their opacity alone, so that they can take any colour. */
export function inkOf(image, width, height) {
  const paper = new OffscreenCanvas(width, height);
  const pen = paper.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  const pixels = pen.getImageData(0, 0, width, height);
  inkToAlpha(pixels.data);
  pen.putImageData(pixels, 0, 0);
  return createImageBitmap(paper);
}

/**
 * Return a function that draws a sample's picture on a canvas, now or when its sheet has arrived.
 * Ink drawings (bright strokes on black) take the theme's own ink.
 * @param {{tile: number, columns: number, per_sheet: number, ink: boolean}} sheet
 * @param {(k: number) => Promise<ImageBitmap | HTMLImageElement>} load sheet k, rejected where there is none
 * @param {number} budget bytes of decoded sheets that are kept, the least recently used go first
 * @returns {(canvas: HTMLCanvasElement, sample: number, size: number) => ?Promise<void>} canvas, sample, side in CSS pixels; null when
 *   it is drawn already
 */
export function createSheets(sheet, load, budget = BUDGET_BYTES) {
  const sheets = new Map(); // k -> {image: ?CanvasImageSource, bytes, waiting: what it is drawn on once it is there, promise}, the one used last at its end
  let bytes = 0;

  function sheetOf(k) {
    const entry = sheets.get(k) ?? { image: null, bytes: 0, waiting: [], promise: null };
    sheets.delete(k);
    sheets.set(k, entry);
    entry.promise ??= load(k).then((image) => (sheet.ink ? inkOf(image, image.width, image.height) : image)).then(
      (image) => keep(entry, image),
      () => { sheets.delete(k); }, // asked for again when the picture is needed again
    );
    return entry;
  }

  function keep(entry, image) {
    entry.image = image;
    entry.bytes = 4 * image.width * image.height;
    bytes += entry.bytes;
    for (const run of entry.waiting.splice(0)) run();
    for (const [k, old] of sheets) {
      if (bytes <= budget) return;
      if (!old.image) continue; // on its way
      sheets.delete(k);
      bytes -= old.bytes;
      old.image.close?.();
    }
  }

  function draw(canvas, image, { column, row }) {
    const pen = canvas.getContext("2d");
    const { width } = canvas;
    pen.globalCompositeOperation = "source-over";
    pen.clearRect(0, 0, width, width);
    pen.imageSmoothingEnabled = width < sheet.tile;
    pen.drawImage(image, column * sheet.tile, row * sheet.tile, sheet.tile, sheet.tile, 0, 0, width, width);
    if (!sheet.ink) return;
    pen.globalCompositeOperation = "source-in";
    // One that is not in the page has no computed colour, but may have been given one.
    pen.fillStyle = canvas.isConnected ? getComputedStyle(canvas).color : canvas.style.color;
    pen.fillRect(0, 0, width, width);
  }

  return function dress(canvas, id, size) {
    const side = Math.round(size * (window.devicePixelRatio || 1));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const place = placeOf(id, sheet);
    const entry = sheetOf(place.k);
    canvas.dataset.sample = String(id);
    if (entry.image) {
      draw(canvas, entry.image, place);
      return null;
    }
    canvas.getContext("2d").clearRect(0, 0, side, side);
    entry.waiting.push(() => { if (canvas.dataset.sample === String(id)) draw(canvas, entry.image, place); });
    return entry.promise;
  };
}
