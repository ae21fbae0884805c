// Mentions in a comment: #class and @3702 or @sample 3702. Pure; what is no mention stays text.

import { num } from "../parts/counting.mjs";

const SAMPLE = /^@(?:sample\s+)?(\d{1,9})/i;
const isWord = (sign) => sign !== undefined && /[\p{L}\p{N}_]/u.test(sign);

/** The longest class name a text begins with, upper and lower case alike. */
function classAt(text, classes) {
  const low = text.toLowerCase();
  const fits = classes.filter(({ name }) => low.startsWith(name.toLowerCase()) && !isWord(text[name.length]));
  return fits.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

/**
 * @param {string} text
 * @param {{class_index: number, name: string}[]} classes the living ones
 * @param {number} numSamples
 * @returns {(string | {text: string, classIndex?: number, sample?: number})[]} of what is mentioned its class or its sample
 */
export function mentionParts(text, classes, numSamples) {
  const parts = [];
  let plain = "";
  const push = (part) => {
    if (plain) parts.push(plain);
    plain = "";
    parts.push(part);
  };
  for (let at = 0; at < text.length;) {
    const isStart = !isWord(text[at - 1]);
    const named = isStart && text[at] === "#" ? classAt(text.slice(at + 1), classes) : null;
    const sample = isStart && text[at] === "@" ? SAMPLE.exec(text.slice(at)) : null;
    if (named) {
      const size = 1 + named.name.length;
      push({ classIndex: named.class_index, text: text.slice(at + 1, at + size) });
      at += size;
    } else if (sample && Number(sample[1]) < numSamples && !isWord(text[at + sample[0].length])) {
      push({ sample: Number(sample[1]), text: `sample ${num(Number(sample[1]))}` });
      at += sample[0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) parts.push(plain);
  return parts;
}
