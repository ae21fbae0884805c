// What a page taken along holds: frames, names and captions, read from its data blocks. Pure.

import { decodeFrame, decodeSamples, fromBase64 } from "../parts/codec.mjs";
import { NO_CLASS } from "../parts/classes.mjs";

const MOST_FRAMES = 24;

/** Where each class lives on today, by class_index; NO_CLASS for one whose making was taken back. */
export function livingMap(classes) {
  const size = 1 + Math.max(-1, ...classes.map((each) => each.class_index));
  const living = new Int16Array(size).fill(NO_CLASS);
  for (const { class_index: index, merged_into: into } of classes) living[index] = into ?? index;
  return living;
}

/** Index of the beat a moment belongs to. */
export function beatAt(beats, at) {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle].at <= at + 1e-9) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** How far the points are from the frame of a beat to that of the next, 0 to 1. */
export function shareAt(beats, k, at) {
  const [now, next] = [beats[k], beats[k + 1]];
  if (!next || next.shot === now.shot || next.at <= now.at) return 0;
  return Math.min(1, Math.max(0, (at - now.at) / (next.at - now.at)));
}

/**
 * @param {(name: string) => ?string} block the base64 of a data block, null where there is none
 */
export function readRecording(block) {
  const about = JSON.parse(new TextDecoder().decode(fromBase64(block("about"))));
  const { num_samples: numSamples } = about;
  const living = livingMap(about.classes);
  const { label, heldOut } = decodeSamples(fromBase64(block("samples")).buffer, numSamples);
  const beats = about.beats.map(([at, shot, caption]) => ({ at, shot, caption }));
  const changes = readChanges(fromBase64(block("changes")).buffer, about.changes);
  const frames = new Map();
  let named = { upTo: -1, values: new Int16Array(numSamples).fill(NO_CLASS) };

  /** A frame of the line, the newest few kept decoded. */
  function frame(shot) {
    const known = frames.get(shot) ?? decodeFrame(fromBase64(block(`frame-${shot}`)).buffer);
    frames.delete(shot);
    frames.set(shot, known);
    if (frames.size > MOST_FRAMES) frames.delete(frames.keys().next().value);
    return known;
  }

  /** What was named once a caption was said, -1 for before any. */
  function namedAfter(caption) {
    if (caption + 1 < named.upTo) named = { upTo: -1, values: new Int16Array(numSamples).fill(NO_CLASS) };
    const values = named.values.slice();
    for (let k = named.upTo + 1; k <= caption + 1; k += 1) changes[k].ids.forEach((id, i) => { values[id] = changes[k].values[i]; });
    named = { upTo: caption + 1, values };
    return values;
  }

  /** What the newest snapshot up to a frame predicts, in classes that live today; null before any. */
  function opinionAt(shot) {
    for (let k = shot; k >= 0; k -= 1) {
      if (!about.shots[k].is_snapshot) continue;
      const { prediction, confidence } = frame(k);
      return { shot: k, prediction: prediction.map((value) => living[value] ?? NO_CLASS), confidence };
    }
    return null;
  }

  return { about, beats, label, heldOut, frame, namedAfter, opinionAt };
}

function readChanges(buffer, counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const ids = new Uint32Array(buffer, 0, total);
  const values = new Int16Array(buffer, 4 * total, total);
  let at = 0;
  return counts.map((count) => ({ ids: ids.subarray(at, at + count), values: values.subarray(at, (at += count)) }));
}
