// What a typed text may mean: a class, a sample, or words beside samples. Pure.

import { fromBase64, unpackIds } from "../parts/codec.mjs";
import { num } from "../parts/counting.mjs";
import { idsWhere } from "../parts/selection.mjs";
import { livingClasses, NO_CLASS } from "../parts/classes.mjs";

export const LONGEST = 200;
const MOST_CLASSES = 6;
/** A class is an int16. */
const MOST_INDICES = 1 << 15;

/** Classes whose name holds the text, those that begin with it first. */
export function classesLike(text, classes) {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const found = livingClasses(classes).filter((each) => each.name.toLowerCase().includes(wanted));
  const starts = (each) => each.name.toLowerCase().startsWith(wanted);
  return [...found.filter(starts), ...found.filter((each) => !starts(each))].slice(0, MOST_CLASSES);
}

/** How many samples are of each class, by its index. */
function countsOf(classOf) {
  const counts = new Uint32Array(MOST_INDICES);
  for (const value of classOf) if (value >= 0) counts[value] += 1;
  return counts;
}

/** What can be selected by class: [{label, count, color, ids()}], nothing that is empty. */
export function classRows(text, { classes, named, prediction }) {
  const found = classesLike(text, classes);
  if (found.length === 0) return [];
  const sides = [{ said: "named", of: named }, { said: "predicted", of: prediction }].filter(({ of }) => of);
  for (const side of sides) side.counts = countsOf(side.of);
  const rows = found.flatMap((info) => sides.map(({ said, of, counts }) => {
    const ids = () => idsWhere(of.length, (id) => of[id] === info.class_index);
    return { label: `${said} ${info.name}`, count: counts[info.class_index], color: info.color, ids };
  }));
  return rows.filter((row) => row.count > 0);
}

/** The row of a column in which the text is written: of a single sample, with its number and its picture. */
function columnRow({ name, count, samples }, numSamples) {
  const [where, ids] = [name === "sample_id" ? "in the id" : `in ${name}`, () => unpackIds(fromBase64(samples), numSamples)];
  if (count !== 1) return { label: where, count, ids };
  const [sample] = ids();
  return { label: `sample ${num(sample)}, ${where}`, count, sample, ids };
}

/** What the server found: the sample of that id first, then what is written beside samples. */
export function foundRows({ exact, columns }, numSamples) {
  const rows = columns.map((column) => columnRow(column, numSamples));
  if (exact === null) return rows;
  return [{ label: `sample ${num(exact)}`, count: 1, sample: exact, ids: () => Uint32Array.of(exact) }, ...rows];
}

/** What to say where nothing was found, or nothing asked yet. */
export function emptyWords(text, { hasTable }) {
  const what = hasTable ? "a class, an id or a text" : "a class, or the number of a sample";
  return text.trim() === "" ? `Type ${what}.` : `Nothing is called that. Type ${what}.`;
}

/** The sample that "like this" means: the one pointed at, else the only one selected; NO_CLASS for none. */
export function sampleMeant({ hoverId, selection }) {
  if (hoverId !== null) return hoverId;
  return selection.ids.length === 1 ? selection.ids[0] : NO_CLASS;
}
