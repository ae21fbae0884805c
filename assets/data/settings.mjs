// The settings of an import, and the button that makes it a project.

import { mountReading } from "./reading.mjs";
import { isComposing } from "../parts/composing.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { heldOutByClass } from "./picks.mjs";
import { createDrawnSplit } from "./drawn_split.mjs";
import { baseOf } from "./choosing.mjs";
import { num } from "../parts/counting.mjs";
import { heldOutOf, splitWordsOf, tooFewOf } from "./words.mjs";

/** What a project's body for `keep` says. */
export function bodyOf({ name, isGiven, share, withClasses, axes, preset }) {
  return { name: name.trim(), held_out: isGiven ? "given" : share, with_classes: withClasses, latent_dim: Number(axes), preset };
}

/** {perClass, total, isAbout} of samples held out with these settings; where recordings were cut into windows (`isAbout`) the numbers are only what is aimed at. */
export function splitOf({ imported, samples, isGiven, share }) {
  const { summary } = imported;
  const given = isGiven && samples ? heldOutByClass(samples.label, samples.flags, summary.classes.length) : null;
  const perClass = heldOutOf({ counts: summary.classes.map((each) => each.count), given, share });
  const [unlabelled] = heldOutOf({ counts: [summary.num_unlabelled ?? 0], given: null, share });
  const total = isGiven ? summary.num_held_out ?? 0 : perClass.reduce((sum, each) => sum + each, unlabelled);
  const isAbout = !isGiven && share > 0 && summary.num_recordings > 0 && summary.num_recordings < summary.num_samples;
  return { perClass, total, isAbout };
}

/** Why labels cannot become classes, or "": a palette must stay legible. */
export const tooManyOf = (given, most) => (given > most ? `${num(given)} labels are more than the ${num(most)} classes a project takes. They stay labels; you name what you see.` : "");

export function mountSettings({ root, state, askSplit, onRead, onKeep, onSplit, signal }) {
  const part = (name) => root.querySelector(`#data-${name}`);
  const panel = part("settings");
  const [name, held, words, heldNote, classes, preset, create] = ["name", "held", "held-words", "held-note", "classes", "preset", "create"].map(part);
  const given = mountSegment(part("given"), tell, signal);
  const axes = mountSegment(part("axes"), () => {}, signal);
  const stopReading = mountReading({ place: part("reading"), state, onRead });
  const [field, note] = [part("classes-field"), part("classes-note")];
  const usual = note.textContent;
  const drawn = createDrawnSplit({ ask: askSplit, onDrawn: () => tell() });
  let named = null; // the import whose name stands in the field

  const isGiven = () => Boolean(state.get().imported?.outline?.has_split) && given.value() === "given";
  const tooFew = () => tooFewOf(state.get().imported?.outline?.kind === "project" ? Infinity : state.get().imported?.summary?.num_samples ?? Infinity);
  const shareOf = () => Number(held.value) / 100;

  function tell() {
    held.style.setProperty("--at", `${(100 * held.value) / held.max}%`);
    held.hidden = isGiven();
    const { imported, samples } = state.get();
    if (!imported?.summary || imported.outline.kind === "project") { noteSplit(""); words.textContent = `${held.value} %`; return; }
    const aimed = splitOf({ imported, samples, isGiven: isGiven(), share: shareOf() });
    const split = aimed.isAbout ? drawn.of(imported, shareOf()) ?? aimed : aimed;
    words.textContent = splitWordsOf(split, imported.summary.num_samples);
    noteSplit(split.note ?? "");
    onSplit(split);
  }

  function noteSplit(words) {
    heldNote.hidden = !words;
    if (heldNote.textContent !== words) heldNote.textContent = words;
  }

  function render({ imported, phase, problem }) {
    panel.hidden = !imported?.outline;
    if (panel.hidden) { named = null; return; }
    const isProject = imported.outline.kind === "project";
    if (named !== imported.import_id) {
      named = imported.import_id;
      name.value = imported.outline.chosen?.name ?? baseOf(imported.name);
      given.choose("given");
    }
    part("split").hidden = isProject;
    part("given").hidden = !imported.outline.has_split;
    offerClasses(imported.summary?.classes?.length ?? 0);
    create.firstElementChild.textContent = phase === "keeping" ? "One moment" : isProject ? "Open project" : "Create map";
    create.setAttribute("aria-disabled", String(phase !== "ready" || tooFew() !== ""));
    create.dataset.tip = phase === "reading" ? "The files are still being read." : tooFew();
    part("problem").textContent = phase === "ready" ? problem : "";
    tell();
  }

  function offerClasses(given) {
    const tooMany = tooManyOf(given, Number(field.dataset.most));
    field.hidden = given === 0;
    if (Boolean(tooMany) !== classes.disabled) classes.checked = !tooMany;
    classes.disabled = Boolean(tooMany);
    note.textContent = tooMany || usual;
  }

  function submit() {
    const { phase, imported } = state.get();
    if (phase !== "ready" || tooFew()) return;
    if (!name.value.trim()) {
      part("problem").textContent = "Type a name for the project.";
      name.focus();
      return;
    }
    const isProject = imported.outline.kind === "project";
    onKeep(bodyOf({ name: name.value, isGiven: isProject || isGiven(), share: shareOf(), withClasses: classes.checked, axes: axes.value(), preset: preset.value }));
  }

  held.addEventListener("input", tell, { signal });
  create.addEventListener("click", submit, { signal });
  name.addEventListener("keydown", (event) => { if (event.key === "Enter" && !isComposing(event)) submit(); }, { signal });

  const stop = state.subscribe(["imported", "phase", "problem", "samples"], render);
  return { stop: () => { stop(); stopReading(); drawn.stop(); }, focusReading: () => part("reading").querySelector("select, input, summary")?.focus() };
}
