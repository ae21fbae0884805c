// Many files as one ZIP that exists nowhere: any piece of it can be asked for, so that an import
// that broke off goes on where it stopped. Nothing is compressed (pictures and sound are already),
// and the same files always give the same bytes.
//
//   createPack(entries) -> {size, read(at, length) -> Promise<Uint8Array>}     entries: [{path, file: Blob}]
//   createWhole(file)   -> the same of a file that is sent as it is
//
// Format: APPNOTE.TXT 6.3.10; ZIP64 only where a size, a place or the count needs it.

import { crc32 } from "./crc32.mjs";
import { SentenceError } from "../shell/errors.mjs";

const MOST = 0xffffffff;
const MOST_ENTRIES = 0xffff;
const CHUNK = 4 * 1024 * 1024;
const UTF8_NAMES = 0x0800;
const FIRST_DAY = 0x0021; // 1980-01-01: a date that differs would make other bytes of the same files
const TEXT = new TextEncoder();

/** Bytes written one after another, little-endian. */
function writer(size) {
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  const put = {
    u16(value) { view.setUint16(at, value, true); at += 2; return put; },
    u32(value) { view.setUint32(at, value, true); at += 4; return put; },
    u64(value) { view.setBigUint64(at, BigInt(value), true); at += 8; return put; },
    raw(bytes) { new Uint8Array(view.buffer).set(bytes, at); at += bytes.length; return put; },
    done: () => new Uint8Array(view.buffer),
  };
  return put;
}

/** Read a piece of a file; one that was moved or changed since it was chosen says so. */
async function bytesOf(file, path, from, to) {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch {
    throw new SentenceError(`${path} cannot be read any more. Choose the files again.`);
  }
}

function localHeader({ name, size, isLarge }, crc) {
  const put = writer(30 + name.length + (isLarge ? 20 : 0));
  put.u32(0x04034b50).u16(isLarge ? 45 : 20).u16(UTF8_NAMES).u16(0).u16(0).u16(FIRST_DAY).u32(crc);
  put.u32(isLarge ? MOST : size).u32(isLarge ? MOST : size).u16(name.length).u16(isLarge ? 20 : 0).raw(name);
  if (isLarge) put.u16(1).u16(16).u64(size).u64(size);
  return put.done();
}

const extraOf = ({ isLarge, isFar }) => (isLarge || isFar ? 4 + (isLarge ? 16 : 0) + (isFar ? 8 : 0) : 0);

function centralHeader(entry, crc) {
  const { name, size, place, isLarge, isFar } = entry;
  const extra = extraOf(entry);
  const version = extra ? 45 : 20;
  const put = writer(46 + name.length + extra);
  put.u32(0x02014b50).u16(version).u16(version).u16(UTF8_NAMES).u16(0).u16(0).u16(FIRST_DAY).u32(crc);
  put.u32(isLarge ? MOST : size).u32(isLarge ? MOST : size).u16(name.length).u16(extra).u16(0).u16(0).u16(0).u32(0);
  put.u32(isFar ? MOST : place).raw(name);
  if (extra) put.u16(1).u16(extra - 4);
  if (isLarge) put.u64(size).u64(size);
  if (isFar) put.u64(place);
  return put.done();
}

function ending(count, place, size, isLarge) {
  const put = writer(22 + (isLarge ? 76 : 0));
  if (isLarge) {
    put.u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(size).u64(place);
    put.u32(0x07064b50).u32(0).u64(place + size).u32(1);
  }
  const entries = isLarge ? MOST_ENTRIES : count;
  put.u32(0x06054b50).u16(0).u16(0).u16(entries).u16(entries).u32(isLarge ? MOST : size).u32(isLarge ? MOST : place).u16(0);
  return put.done();
}

/** Where everything lies in the archive, known from names and sizes alone. */
function lay(entries, limits) {
  let place = 0;
  const laid = entries.map(({ path, file }) => {
    const entry = { path, file, name: TEXT.encode(path), size: file.size, place, isLarge: file.size >= limits.size, isFar: place >= limits.size };
    entry.start = place + 30 + entry.name.length + (entry.isLarge ? 20 : 0);
    place = entry.start + entry.size;
    return entry;
  });
  const directory = laid.reduce((sum, entry) => sum + 46 + entry.name.length + extraOf(entry), 0);
  const isLarge = laid.length >= limits.count || place >= limits.size || directory >= limits.size;
  return { laid, place, directory, isLarge, size: place + directory + (isLarge ? 98 : 22) };
}

/**
 * @param {{path: string, file: Blob}[]} entries in the order they are to have
 * @param {{size?: number, count?: number}} limits from where on ZIP64 is needed; tests lower them
 */
export function createPack(entries, { size: mostSize = MOST, count: mostCount = MOST_ENTRIES } = {}) {
  const { laid, place, directory, isLarge, size } = lay(entries, { size: mostSize, count: mostCount });
  const sums = new Map();
  let last = { entry: null, bytes: null }; // a small file is read once, for its sum and for itself

  async function sumOf(entry) {
    if (sums.has(entry)) return sums.get(entry);
    let sum = 0;
    for (let from = 0; from < entry.size; from += CHUNK) {
      const bytes = await bytesOf(entry.file, entry.path, from, Math.min(entry.size, from + CHUNK));
      if (entry.size <= CHUNK) last = { entry, bytes };
      sum = crc32(bytes, sum);
    }
    sums.set(entry, sum);
    return sum;
  }

  async function tail() {
    const parts = [];
    for (const entry of laid) parts.push(centralHeader(entry, await sumOf(entry)));
    const put = writer(size - place);
    parts.forEach((part) => put.raw(part));
    return put.raw(ending(laid.length, place, directory, isLarge)).done();
  }
  let end = null;

  /** The bytes from `at` on, as many as the part they lie in has, at most `length`. */
  async function some(at, length) {
    if (at >= place) {
      end ??= await tail();
      return end.subarray(at - place, at - place + length);
    }
    const entry = laid[indexAt(laid, at)];
    if (at < entry.start) {
      const head = localHeader(entry, await sumOf(entry));
      return head.subarray(at - entry.place, at - entry.place + length);
    }
    const from = at - entry.start;
    const to = Math.min(entry.size, from + length);
    if (last.entry === entry) return last.bytes.subarray(from, to);
    return bytesOf(entry.file, entry.path, from, to);
  }

  async function read(at, length) {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - at)));
    for (let filled = 0; filled < bytes.length;) {
      const part = await some(at + filled, bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  return { size, read };
}

/** The last entry that begins at or before a place of the archive. */
function indexAt(laid, at) {
  let low = 0;
  let high = laid.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (laid[middle].place <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function createWhole(file) {
  return { size: file.size, read: (at, length) => bytesOf(file, file.name ?? "The file", at, Math.min(file.size, at + length)) };
}
