// Which samples the preview shows. Pictures come in sheets of about a thousand, so few sheets are used.

const MOST_SHEETS = 4;

/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32, T. Ettinger 2017). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The first samples of each class: a list of ids for each, class after class. */
export function byClass(label, numClasses, perClass) {
  const rows = Array.from({ length: numClasses }, () => []);
  let missing = numClasses;
  for (let id = 0; id < label.length && missing > 0; id += 1) {
    const row = rows[label[id]];
    if (!row || row.length >= perClass) continue;
    row.push(id);
    if (row.length === perClass) missing -= 1;
  }
  return rows;
}

/** Some samples from a few sheets all over the data set, ascending. */
export function atRandom(numSamples, perSheet, wanted, seed) {
  const roll = dice(seed);
  const numSheets = Math.ceil(numSamples / perSheet);
  const sheets = new Set();
  while (sheets.size < Math.min(numSheets, MOST_SHEETS)) sheets.add(Math.floor(roll() * numSheets));
  const ids = [...sheets].flatMap((k) => Array.from({ length: Math.min(perSheet, numSamples - k * perSheet) }, (_, at) => k * perSheet + at));
  for (let at = 0; at < Math.min(wanted, ids.length); at += 1) {
    const other = at + Math.floor(roll() * (ids.length - at));
    [ids[at], ids[other]] = [ids[other], ids[at]];
  }
  return ids.slice(0, wanted).sort((one, two) => one - two);
}

/** Samples marked by a bit of their flags, at most `most`. */
export function flagged(flags, bit, most) {
  const found = [];
  for (let id = 0; id < flags.length && found.length < most; id += 1) if (flags[id] & bit) found.push(id);
  return found;
}

/** How many of each class the files hold out. */
export function heldOutByClass(label, flags, numClasses) {
  const counts = new Array(numClasses).fill(0);
  for (let id = 0; id < label.length; id += 1) if (label[id] >= 0 && flags[id] & 1) counts[label[id]] += 1;
  return counts;
}

/** {label, flags} of the bytes of `GET /api/imports/{i}/samples`. */
export function decodeImported(buffer, numSamples) {
  return { label: new Int16Array(buffer, 0, numSamples), flags: new Uint8Array(buffer, 2 * numSamples, numSamples) };
}
