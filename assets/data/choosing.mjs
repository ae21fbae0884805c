// What people choose or drop, as one thing to import: a file as it is, or many files and folders
// packed into one.
//
//   filesOfDrop(dataTransfer, onFolder?) -> Promise<Chosen[]>   call it inside the drop event; walks folders
//   filesOfInput(input)       -> Chosen[]               Chosen: {path, file}
//   sourceOf(chosen)          -> {name, label, size, read, numFiles, imprint} | null      null when nothing is left; label
//                                is what people call it, name what it is sent as, imprint tells it from its namesakes
//   baseOf(name)              -> the name a project gets: "round_things.tar.npz" -> "Round things"

import { num } from "../parts/counting.mjs";
import { crc32 } from "./crc32.mjs";
import { createPack, createWhole } from "./zipping.mjs";

const LEFT_OUT = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;
const TEXT = new TextEncoder();

/** Leave out what systems put beside files, drop the folder all share, name each path once, sort. */
export function tidy(chosen) {
  const kept = chosen.filter(({ path }) => !LEFT_OUT.test(path));
  const root = sharedRoot(kept);
  const seen = new Set();
  const named = kept.map(({ path, file }) => ({ path: once(path.slice(root.length), seen), file }));
  // By code units, not by the language of the browser: the same files make the same archive anywhere.
  return named.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function sharedRoot(chosen) {
  const first = chosen[0]?.path.match(/^[^/]+\//)?.[0] ?? "";
  return chosen.every(({ path }) => path.startsWith(first)) ? first : "";
}

function once(path, seen) {
  let free = path;
  for (let n = 2; seen.has(free); n += 1) free = path.replace(/(\.[^./]*)?$/, ` (${n})$1`);
  seen.add(free);
  return free;
}

/**
 * What tells files from others of the same names and sizes.
 * @returns {number[]} checksum of paths and sizes; when the newest was changed and when all were on average, in ms
 */
function imprintOf(entries) {
  let [sum, newest, total] = [0, 0, 0];
  for (const { path, file } of entries) {
    sum = crc32(TEXT.encode(`${path} ${file.size}\n`), sum);
    newest = Math.max(newest, file.lastModified);
    total += file.lastModified;
  }
  return [sum, newest, total / entries.length];
}

export function sourceOf(chosen) {
  const entries = tidy(chosen);
  if (entries.length === 0) return null;
  const imprint = imprintOf(entries);
  const isOneFile = entries.length === 1 && !chosen.some(({ path }) => path.includes("/"));
  if (isOneFile) return { name: entries[0].file.name, label: entries[0].file.name, numFiles: 1, imprint, ...createWhole(entries[0].file) };
  const root = sharedRoot(chosen.filter(({ path }) => !LEFT_OUT.test(path))).slice(0, -1);
  const name = root || entries[0].path.split("/").at(-1).replace(/\.[^.]*$/, "");
  const rest = entries.length - 1;
  const label = root || `${entries[0].path.split("/").at(-1)}${rest ? ` and ${num(rest)} more` : ""}`;
  return { name: `${name}.zip`, label, numFiles: entries.length, imprint, ...createPack(entries) };
}

export const filesOfInput = (input) => [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** How many files are found between two words of how far a folder was looked through. */
const TOLD_EVERY = 100;

const isFolder = (entry) => !(entry instanceof File) && !entry.isFile;

/**
 * @param {DataTransfer} transfer
 * @param {(text: string) => {signal?: AbortSignal, onFound?: (found: number) => void}} [onFolder] hears the name of a folder
 *   before it is looked through; `onFound` hears how many files there are so far, and `signal` ends it
 * @throws {DOMException} the signal's reason
 */
export async function filesOfDrop(transfer, onFolder = () => ({})) {
  // The list is emptied as soon as the event is over: entries first, then what takes time.
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const first = entries.find(isFolder);
  const { signal, onFound } = first ? onFolder(first.name) : {};
  const found = [];
  const keep = (path, file) => {
    signal?.throwIfAborted();
    found.push({ path, file });
    if (found.length % TOLD_EVERY === 0) onFound?.(found.length);
  };
  for (const entry of entries) await walk(entry, keep);
  signal?.throwIfAborted();
  return found;
}

/** Keep the files of an entry one by one: more than some 100,000 arguments are too many for a call. */
async function walk(entry, keep) {
  if (entry instanceof File) return void keep(entry.name, entry);
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return void keep(entry.fullPath.replace(/^\//, ""), file);
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader hands over a hundred at a time, and an empty list at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return undefined;
    for (const each of some) await walk(each, keep);
  }
}

export function baseOf(name) {
  const words = name.replace(/\.[^.]*$/, "").replace(/\.(tar|npz|npy|csv)$/i, "").replace(/[_\s]+/g, " ").trim();
  return words ? words[0].toUpperCase() + words.slice(1) : "New project";
}
