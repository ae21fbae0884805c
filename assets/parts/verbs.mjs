// What the gestures of the journal are called where a page says it by itself; the server's words are in
// store/journal/deed_words.py. Pure.

import { many, samples } from "./counting.mjs";

/**
 * By verb: `nouns`, one and several, where gestures are counted; `dot`, on the timeline, of so many samples and the name
 * of a class, where its noun says too little; `done`, said at once, of gestures whose sentence has no name in it.
 */
export const VERBS = {
  annotate: { nouns: ["name", "names"], dot: (count, name) => `${count} named ${name}` },
  clear: {
    nouns: ["cleared", "cleared"], dot: (count) => `${count} cleared`,
    done: (count) => `${samples(count)} ${count === 1 ? "has" : "have"} no name now.`,
  },
  mark_unsure: { nouns: ["unsure", "unsure"], dot: (count) => `${count} unsure`, done: (count) => `${samples(count)} marked as unsure.` },
  add_class: { nouns: ["new class", "new classes"] },
  rename_class: { nouns: ["renamed class", "renamed classes"] },
  merge_class: { nouns: ["merge of classes", "merges of classes"] },
  recolor_class: { nouns: ["recoloured class", "recoloured classes"] },
  move: {
    nouns: ["move", "moves"], dot: (count, name) => (name ? `${count} moved and named ${name}` : `${count} moved`),
    done: (count) => `${samples(count)} moved.`,
  },
  pin: { nouns: ["pin", "pins"], dot: (count) => `${count} pinned`, done: (count) => `${samples(count)} pinned.` },
  release: {
    nouns: ["pin released", "pins released"], dot: (count) => `${count} released`, done: (count) => `${many(count, "pin")} released.`,
  },
  place_class: { nouns: ["class placed", "classes placed"], dot: (_, name) => `${name} placed` },
  release_class: { nouns: ["class released", "classes released"], dot: (_, name) => `${name} released` },
  reset: { nouns: ["reset", "resets"], done: () => "Back at the project's start." },
  checkout: { nouns: ["checkout", "checkouts"] },
};
