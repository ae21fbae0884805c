// Where to look next, as values: which leads are still open, and what to say of them. Pure.

import { fromBase64, unpackIds } from "../parts/codec.mjs";
import { many, num, samples } from "../parts/counting.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { livingClass, NO_CLASS } from "../parts/classes.mjs";

/** In the order of their tabs; `word` is the tab's, `what` is said when one is walked to. */
export const KINDS = [
  { kind: "group", word: "Groups", tip: "Similar samples that nobody has named" },
  { kind: "ambiguous", word: "Doubtful", tip: "Samples between two classes" },
  { kind: "wrong", word: "Wrong?", tip: "Names that are probably wrong" },
  { kind: "outlier", word: "Outliers", tip: "Samples that are like no other" },
];

/** The map that leads are of, as a text; "" while there is none. */
export const headOf = (server) => (server?.head ? `${server.head.run_id}/${server.head.epoch}` : "");

const MOST_REMEMBERED = 2000;
/** Share of a group that must still be unnamed. */
const STILL_NEW = 0.5;

/** Leads as the server tells them, members unpacked. */
export function readLeads(leads, numSamples) {
  const unpack = (text) => unpackIds(fromBase64(text), numSamples);
  return leads.map((lead) => (lead.kind === "group" ? { ...lead, members: unpack(lead.members) } : lead));
}

/** What a rejected lead is remembered by: a name that is changed since may be doubted anew. */
export const keyOf = ({ kind, sample, rival, group }) => (kind === "wrong" ? `${kind}:${sample}:${rival}` : `${kind}:${group ?? sample}`);

/** What a group was remembered by until groups had names of their own: the sample that stood for it. */
const formerKeyOf = ({ kind, sample }) => `${kind}:${sample}`;

/** Remember by their names the groups that were rejected by the sample that stood for them; what fits no lead is kept as it was. */
export function renewed(rejected, leads) {
  const fresh = new Map(leads.filter(({ kind }) => kind === "group").map((lead) => [formerKeyOf(lead), keyOf(lead)]));
  return new Set([...rejected].map((key) => fresh.get(key) ?? key));
}

/** The samples a lead speaks of that wait for an answer, ascending. */
export function membersOf(lead, named) {
  if (lead.kind !== "group") return Uint32Array.of(lead.sample);
  return lead.members.filter((id) => named[id] === NO_CLASS);
}

/** Whether nobody has answered a lead, by a name, *unsure* or a rejection. */
export function isOpen(lead, named, rejected) {
  if (rejected.has(keyOf(lead))) return false;
  if (lead.kind === "wrong") return named[lead.sample] === lead.rival;
  if (lead.kind !== "group") return named[lead.sample] === NO_CLASS;
  return membersOf(lead, named).length >= STILL_NEW * lead.members.length;
}

/** Open leads by kind. */
export function openLeads(leads, named, rejected) {
  const open = leads.filter((lead) => isOpen(lead, named, rejected));
  return Object.fromEntries(KINDS.map(({ kind }) => [kind, open.filter((lead) => lead.kind === kind)]));
}

const classOf = (index, classes) => (index >= 0 ? classes[livingClass(classes, index)] : null) ?? null;

const LEAVE_OUT = " Leave out what is something else: click its picture below.";

/** Why it is worth a look: pieces of text, names of classes as {strong}. What its pictures are for is said once they are there: `isCurrent`. */
export function whyOf(lead, classes, count, isCurrent = true) {
  const leaveOut = isCurrent ? LEAVE_OUT : "";
  const own = classOf(lead.class_index, classes)?.name ?? "another class";
  const rival = classOf(lead.rival, classes)?.name ?? "another class";
  if (lead.kind === "ambiguous") return ["Between ", { strong: own }, " and ", { strong: rival }, "."];
  if (lead.kind === "wrong") return ["Named ", { strong: rival }, ", but what is like it is named ", { strong: own }, "."];
  if (lead.kind === "outlier") return ["Like no other sample. A mistake, or something new?"];
  if (lead.class_index >= 0) return [`${samples(count)} alike that nobody has named, probably `, { strong: own }, `.${leaveOut}`];
  return [`${samples(count)} alike that nobody has named. What are most of them?${leaveOut}`];
}

/** What *Accept* does: {act: "annotate" | "unsure" | "select", classIndex?, words}. */
export function acceptOf(lead, classes) {
  const info = classOf(lead.class_index, classes);
  if (info) return { act: "annotate", classIndex: info.class_index, words: `Name ${lead.kind === "group" ? "them" : "it"} ${info.name}` };
  if (lead.kind === "outlier") return { act: "unsure", words: "Mark as unsure" };
  return { act: "select", words: "Name them" };
}

/** What *Reject* says, by kind. */
export const REJECT_WORDS = { group: "Not a group", ambiguous: "Skip it", wrong: "The name is right", outlier: "Nothing odd" };

/** Where a walk leads: from nowhere to the first, and round at the ends. */
export function stepFrom(at, step, count) {
  if (count === 0) return -1;
  if (at < 0) return step > 0 ? 0 : count - 1;
  return (at + step + count) % count;
}

const EMPTY = {
  group: "No group is left to name. Look among the doubtful ones, or press Update.",
  ambiguous: "Nothing is doubtful: of each sample that is left the network is sure of one class.",
  outlier: "No sample stands alone.",
};

const WAITS = { pretrain: "Before this pretraining", fine_tune: "Before this Update" };

/** Under old leads, what they wait for: the kind of the run on the line that learns, "" where it is another run. */
export const waitNote = (kind) => WAITS[kind] ?? "Another run is learning";

/** The classes of those that have one, sample by sample. */
export const namesOf = (named) => (named ?? []).filter((index) => index >= 0);

/** Of what was found and is not there any more. */
const answeredWords = (count) => (count === 1 ? "The one that was found is answered." : `All ${num(count)} that were found are answered.`);

/** Of names that were looked through; of those given since nothing is known. */
function rightWords({ numNames, isStale, numFound }) {
  if (isStale) return "Names were given since. Whether they fit, the next look says.";
  if (numFound > 0) return answeredWords(numFound);
  return `None found among ${many(numNames, "name")}; a class that is wrong as a whole cannot be found so.`;
}

/** Why a tab has nothing to show. `learning` is the kind of the run on the line that learns, "" where none does; the others tell classes with names, whether the map has learned from them, how many names were looked through, whether others were given since, and how many of the kind were found. */
export function emptyWords(kind, { state, numNamedClasses, hasLearned, learning = "", numNames = 0, isStale = false, numFound = 0 }) {
  if (state === "no_map") return "There is no map yet. What to look at comes with the first one.";
  if (state === "waiting") return `${learning ? "The network" : "Another run"} is learning. What to look at next comes when it is done.`;
  if (state !== "ready") return "Looking for what is worth a gesture.";
  if (kind === "wrong" && numNamedClasses < 2) return "Name some samples of two classes; names that do not fit show up here.";
  if (kind === "ambiguous" && !hasLearned) return "Name samples of two classes and press Update; what lies between them shows up here.";
  if (kind === "wrong") return rightWords({ numNames, isStale, numFound });
  return kind === "outlier" && numFound > 0 ? answeredWords(numFound) : EMPTY[kind];
}

const UNREADABLE = new Set(["bad_checkpoint", "model_mismatch", "checksum_mismatch", "artifact_missing"]);

/** Why the network was not asked, in a sentence that says what to do. */
export function failureWords(error) {
  if (!UNREADABLE.has(error.code)) return sentenceOf(error);
  return "The network of this map cannot be read, so it says nothing here. Press Update for a new map, or undo the last Update.";
}

/** The rejections to remember after one more: the oldest are forgotten first. */
export const remembered = (rejected) => JSON.stringify([...rejected].slice(-MOST_REMEMBERED));

/** Read what `remembered` wrote; whatever else was stored counts as nothing. */
export function recalled(text) {
  try {
    const list = JSON.parse(text);
    return new Set(Array.isArray(list) ? list.filter((each) => typeof each === "string") : []);
  } catch {
    return new Set();
  }
}

/** Whether two lists of annotations differ anywhere. */
export function differ(one, other) {
  if (one === other) return false;
  return one.length !== other.length || one.some((value, id) => value !== other[id]);
}

/** Why to look again, "" where there is no need: `known` is what was told last and of which names, `named` those of now. */
export function whyAgain(known, named) {
  if (known.state === "failed") return known.message;
  return known.state === "ready" && known.named && differ(known.named, named) ? "Names were given since; see what to look at with them" : "";
}
