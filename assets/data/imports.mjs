// The routes of an import (docs/http.md, "Import"), on top of createApi of ../shell/api.mjs.

const PIECE_TIMEOUT_MS = 60_000;

/** What a row of rejected.csv may hold: commas, quotes and line breaks within quotes (RFC 4180). */
export function parseCsv(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/y;
  for (let at = 0; at < text.length;) {
    cell.lastIndex = at;
    const [whole, value, end] = cell.exec(text);
    rows.at(-1).push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    at += whole.length;
    if (end !== "," && at < text.length) rows.push([]);
  }
  return rows;
}

export function createImports({ send, json, binary, post }) {
  const at = (importId, rest = "") => `/api/imports/${importId}${rest}`;

  const listingUrl = (importId, name) => at(importId, `/${name}.csv`);

  function piece(importId, from, bytes, signal) {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(PIECE_TIMEOUT_MS)]);
    const headers = { "content-type": "application/octet-stream" };
    return json(at(importId, `/bytes?at=${from}`), { method: "PUT", headers, body: bytes, signal: ending });
  }

  const sum = (importId, from, length, signal) => json(at(importId, `/bytes?at=${from}&length=${length}`), { signal });

  /** What was left out, or kept with a warning: the rows of that list. */
  async function listing(importId, name) {
    const text = await (await send(listingUrl(importId, name))).text();
    return parseCsv(text).slice(1).map(([sampleId, code, message]) => ({ sampleId, code, message }));
  }

  return {
    piece,
    sum,
    listing,
    listingUrl,
    begin: (name, size) => post("/api/imports", { name, size }),
    list: async () => (await json("/api/imports")).imports,
    look: (importId) => json(at(importId)),
    read: (importId, options) => post(at(importId, "/read"), { options }),
    cancel: (importId) => send(at(importId), { method: "DELETE" }),
    split: (importId, heldOut, signal) => json(at(importId, `/split?held_out=${heldOut}`), { signal }),
    samples: (importId) => binary(at(importId, "/samples")),
    keep: (importId, body) => post(at(importId, "/keep"), body),
    sets: () => json("/api/imports/sets"),
    sample: (wanted) => post("/api/imports/sample", wanted),
    sheetUrl: (importId, k, version) => at(importId, `/sheets/${k}.png?v=${version}`),
    soundUrl: (importId, n) => at(importId, `/sounds/${n}.wav`),
  };
}
