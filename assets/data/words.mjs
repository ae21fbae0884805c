// What the Data page says, from values. Nothing here touches the page.

import { leftOf, many, num, sizeOf } from "../parts/counting.mjs";

/** @import {Import} from "../records" */

export const LEAST_HELD_OUT = 20;
const LEAST_SAMPLES = 2;

/** What one sample of a kind is called; a recording may be cut into several windows. */
const NOUNS = { image: "picture", spectrogram: "window", vector: "row" };
export const nounOf = (kind) => NOUNS[kind] ?? "sample";

/** "80 pictures", "300 rows", "300 recordings, 307 windows": what was read, by its own name. */
export function amountOf({ num_samples: samples, num_recordings: recordings }, kind) {
  if (kind !== "spectrogram" || !recordings) return many(samples, nounOf(kind));
  const pieces = recordings === samples ? "" : many(samples, "window");
  return joined(many(recordings, "recording"), pieces);
}

const joined = (...parts) => parts.filter(Boolean).join(", ");

/** What is done to samples labelled -1. */
export const minusOnesOf = (number) => `${many(number, "sample")} ${number === 1 ? "has" : "have"} the label -1, which stands for no class.`;

/** {words, share} of a folder that is looked through; nobody knows how much is in it. */
export const walkingOf = (walked) => ({ words: joined("Looking through the folder", walked ? `${many(walked, "file")} so far` : ""), share: null });

/** {words, share} of an upload; share 0 to 1. */
export function sendingOf({ sent, size, rate, left, isLost }) {
  const share = size ? sent / size : 1;
  if (isLost) return { words: `Connection lost at ${Math.floor(100 * share)} %. It goes on by itself.`, share };
  const speed = rate ? `${sizeOf(rate)}/s` : "";
  return { words: joined(`Sending ${sizeOf(sent)} of ${sizeOf(size)}`, speed, sent < size ? leftOf(left) : ""), share };
}

/** The same of reading or keeping, from an import's `progress`; share null where the end is not known. */
export function progressOf(progress, otherwise) {
  if (!progress) return { words: otherwise, share: null };
  const { done, total, words, left_s: left } = progress;
  const isExpected = total && done <= total; // of recordings it is a guess
  const much = isExpected ? `${num(done)} of ${num(total)}` : done ? num(done) : "";
  return { words: joined(words || otherwise, much, leftOf(left)), share: total ? Math.min(1, done / total) : null };
}

/** "28 × 28, grey", "64 × 64, sound", "12 numbers each" */
export function shapeOf(kind, shape) {
  if (kind === "vector" || shape.length === 1) return `${num(shape[0])} numbers each`;
  const [channels, height, width] = shape;
  if (kind === "spectrogram") return `${width} × ${height}, sound`;
  return `${width} × ${height}, ${channels === 1 ? "grey" : "colour"}`;
}

/** One look at what was found, each {tone, icon, title, words, act?}. */
export function checksOf(summary, kind) {
  const { num_samples: samples, num_recordings: recordings, num_rejected: rejected, num_duplicates: same, num_empty: empty, num_warnings: warnings = 0 } = summary;
  const what = kind === "vector" ? ["row", "Every row was read."] : kind === "spectrogram" ? ["recording", "Every recording opened."] : ["picture", "Every picture opened."];
  const readable = (kind === "spectrogram" && recordings) || samples;
  return [
    ...(samples < LEAST_SAMPLES ? [{ tone: "warn", icon: "warn", title: "Too few for a map", words: tooFewOf(samples) }] : []),
    { tone: "ok", icon: "check", title: `${num(readable)} readable`, words: rejected ? `${many(readable, what[0])} came through.` : what[1] },
    same
      ? { tone: "warn", icon: "warn", title: `${num(same)} the same`, words: "One of each is kept.", act: "duplicates" }
      : { tone: "ok", icon: "check", title: "No duplicates", words: "Each one is there once." },
    emptyOf(empty, kind),
    ...(rejected ? [{ tone: "warn", icon: "warn", title: `${num(rejected)} left out`, words: "They could not be read.", act: "rejected" }] : []),
    ...(warnings ? [{ tone: "warn", icon: "warn", title: `${num(warnings)} without a label`, words: "They are kept; the label they came with will not do.", act: "warnings" }] : []),
    ...(rejected || warnings ? [] : [{ tone: "", icon: "lock", title: "Kept as is", words: "A data set never changes later." }]),
  ];
}

/** Why so few samples make no map, "" where they do. Pure. */
export const tooFewOf = (samples) => (samples < LEAST_SAMPLES ? `A map needs ${LEAST_SAMPLES} samples or more.` : "");

function emptyOf(empty, kind) {
  const [none, some, all] = {
    vector: ["No empty rows", "with one value only", "All have values that differ."],
    spectrogram: ["No silence", "silent", "All have some sound."],
  }[kind] ?? ["No empty pictures", "empty", "All have some ink."];
  if (!empty) return { tone: "ok", icon: "check", title: none, words: all };
  return { tone: "warn", icon: "warn", title: `${num(empty)} ${some}`, words: "They are kept. See them under", act: "odd" };
}

/**
 * Held-out samples of each class, as the server draws them: rounded, of halves to the even number, and one stays.
 * @param {{counts: number[], given: number[] | null, share: number}} split
 */
export const heldOutOf = ({ counts, given, share }) => given ?? counts.map((each) => Math.max(0, Math.min(evenly(each * share), each - 1)));
const evenly = (value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/** "20 %, 16 samples", "48 %, 57 windows, 1 recording"; how many whole recordings are, the server says (`isAbout` until then). */
export function splitWordsOf({ total, isAbout, recordings = null }, numSamples) {
  const share = Math.round((100 * total) / Math.max(1, numSamples));
  if (isAbout) return `about ${share} %, whole recordings`;
  return recordings === null ? `${share} %, ${many(total, "sample")}` : joined(`${share} %`, many(total, "window"), many(recordings, "recording"));
}

/** The bars of classes and their held-out parts, in the order of their keys. */
export function splitRowsOf(classes, { perClass, isAbout }) {
  const slots = slotsOf(classes);
  return keyOrder(classes).map((at) => {
    const { name, count } = classes[at];
    const [full, light] = [count - perClass[at], perClass[at]];
    return { name, slot: slots[at], full, light, figures: isAbout ? [`${num(count)} in all`] : [num(full), num(light)] };
  });
}

/** What to say of classes with too few held-out samples, or null. */
export function thinOf(classes, heldOut) {
  const thin = classes.filter((_, at) => heldOut[at] < LEAST_HELD_OUT);
  if (thin.length === 0) return null;
  const rest = `With fewer than ${LEAST_HELD_OUT} held out, what is said of ${thin.length === 1 ? "it" : "a class"} may be chance.`;
  if (thin.length === 1) {
    const at = classes.indexOf(thin[0]);
    return { strong: `${thin[0].name} has ${many(thin[0].count, "sample")}, ${num(heldOut[at])} held out.`, rest };
  }
  if (thin.length === classes.length) return { strong: "Every class is small.", rest };
  const named = thin.slice(0, 3).map((each) => each.name).join(", ");
  const more = thin.length > 3 ? ` and ${thin.length - 3} more` : "";
  return { strong: `${named}${more} are small.`, rest };
}

/** Whether an import waits for the rest of its file, rather than being fetched by the server. */
export const isPartlySent = (/** @type {Pick<Import, "state" | "progress">} */ { state, progress }) => state === "receiving" && (progress?.words ?? "Sending") === "Sending";

/** What an import of an earlier visit is, to whom it is offered again. */
export function unfinishedOf(imported) {
  const { size, received, state, error, outline } = imported;
  const name = calledOf({ imported });
  if (imported.is_here === false) {
    return { words: `${name} lies with another app of this team, or with one that has ended: open it there, or discard it here.`, action: null, needsFile: false };
  }
  if (isPartlySent(imported)) {
    return { words: `${name} was ${Math.floor((100 * received) / Math.max(1, size))} % sent.`, action: "Choose the same file", needsFile: true };
  }
  if (state === "failed") return { words: error?.message ?? `${name} could not be read.`, action: outline ? "Read it otherwise" : null, needsFile: false };
  return { words: state === "ready" ? `${name} is read and waits for you.` : `${name} is being ${state === "receiving" ? "fetched" : "read"}.`, action: "Go on", needsFile: false };
}

const listOf = (names, total) => `${names.slice(0, 3).join(", ")}${total > 3 ? ` and ${num(total - 3)} more` : ""}`;

/** What a file of names would change, in sentences. */
export function namesOf({ num_added: added, num_same: same, num_conflicts: conflicts, num_unknown: unknown, unknown: ids, disagreements = [], bad_names: bad = [] }) {
  return [
    added ? `${many(added, "sample")} without a name would get one.` : "No sample without a name would get one.",
    same ? `${many(same, "is", "are")} named so already.` : "",
    conflicts ? `${many(conflicts, "has", "have")} another name here.` : "",
    unknown ? `${many(unknown, "row is", "rows are")} about samples this project does not have: ${listOf(ids, unknown)}.` : "",
    disagreements.length ? `The table names ${many(disagreements.length, "sample")} twice and differently; left out: ${listOf(disagreements.map((each) => each.sample_id), disagreements.length)}.` : "",
    ...bad.slice(0, 3),
  ].filter(Boolean);
}

/** The order the classes will have in the project, whose hotkey k names class k where names are digits. */
export const keyOrder = (classes) => [...classes.keys()].sort((one, other) => Number(classes[one].name === "0") - Number(classes[other].name === "0"));

/** The colour slots the classes will have there. */
export function slotsOf(classes) {
  const order = keyOrder(classes);
  const slots = new Array(classes.length);
  order.forEach((at, slot) => { slots[at] = slot % 36; });
  return slots;
}

/** What the preview shows of an import: null until there is a picture. `version` changes when it would look different. */
export function lookOf({ import_id: importId, state, outline, summary, sheet, progress, options }, samples) {
  if (!sheet || outline.kind === "project") return null;
  const numShown = summary?.num_samples ?? progress?.done ?? 0;
  if (numShown === 0) return null;
  const named = summary?.classes ?? [];
  const slots = slotsOf(named);
  return {
    version: `${importId} ${state === "reading" ? Math.min(numShown, 4 * sheet.columns) : numShown} ${samples ? 1 : 0} ${JSON.stringify(options)}`,
    shape: shapeOf(outline.kind, outline.sample_shape), sheet, numShown, numSamples: numShown,
    label: samples?.label ?? null, flags: samples?.flags ?? null, rejected: summary?.rejected ?? [],
    classes: named.map((each, at) => ({ name: each.name, slot: slots[at] })), order: keyOrder(named),
    isSound: outline.kind === "spectrogram" && Boolean(samples) && Boolean(outline.sound_rate),
  };
}

/** What people call what they brought: a folder by its own name, not by that of the ZIP it is sent as. */
export const calledOf = (/** @type {{imported?: ?{label?: string, name?: string}, source?: ?{label?: string, name?: string}}} */ { imported, source }) => source?.label ?? imported?.label ?? imported?.name ?? source?.name ?? "";

/** A message as a toast's title and text: what happened, and what follows or is to be done. */
export function toldOf(message) {
  const [, first, rest] = message.match(/^(.*?)(?:(?:(?<=[.!?])\s+(?=[A-Z])|;\s+)(.*))?$/s);
  const more = rest ? [rest[0].toUpperCase() + rest.slice(1)] : [];
  return { title: first.replace(/\.$/, ""), text: [...more, "Nothing else was changed."].join(" ") };
}

/** What a screen reader is told: each stage once, not each step of it; why a reading failed, the file's card says. */
export function sayOf({ phase, imported, source }) {
  const name = calledOf({ imported, source }) || "the sample set";
  if (phase === "ready" && imported.summary) return `${name} is read: ${amountOf(imported.summary, imported.outline?.kind)}.`;
  return { walking: `Looking through ${name}.`, sending: `Sending ${name}.`, reading: `Reading ${name}.`, keeping: "Making the project." }[phase] ?? "";
}
