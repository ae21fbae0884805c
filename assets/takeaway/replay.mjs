// A session taken along: one page, opened from disk, that replays it. store/takeaway/replay.py puts it together.

import { el } from "../parts/elements.mjs";
import { buildLook, medians, shownClass, speakersOf } from "../parts/look.mjs";
import { createMap } from "../map/index.mjs";
import { mixInto } from "../map/tween.mjs";
import { readTheme } from "../parts/theme.mjs";
import { mountBar } from "./bar.mjs";
import { onKeys } from "./keys.mjs";
import { mountLegend } from "./legend.mjs";
import { layPaper } from "./paper.mjs";
import { beatAt, readRecording, shareAt } from "./recording.mjs";
import { mountSampleCard } from "./sample_card.mjs";
import { createTape } from "./tape.mjs";
import { shape } from "./shapes.mjs";

/** Pictures further apart than this show no motion. */
const SLOW_MS = 90;

const block = (name) => document.getElementById(`data-${name}`)?.textContent ?? null;

function start() {
  const recording = readRecording(block);
  const { about, beats } = recording;
  const tape = createTape(about.length_s);
  const at = (id) => document.getElementById(id);
  const nameOf = (index) => about.classes.find((each) => each.class_index === index)?.name ?? "a class";
  const labelOf = (id) => about.label_names[recording.label[id]];
  const slotOf = [];
  for (const each of about.classes) slotOf[each.class_index] = each.color;
  const paper = layPaper(at("map-graph"));
  const map = createMap({ graph: at("map-graph"), onSelect() {}, onHover, onView() {}, onTrouble });
  const showSample = mountSampleCard({ host: at("stage"), about, block });
  const drawLegend = mountLegend({ host: at("side"), about });
  let theme = readTheme();
  let known = { named: null, opinion: null, heldOut: recording.heldOut, nameOf, labelOf, classOf: null, speakers: [] };
  let stands = { caption: null, shot: null, beat: -1 };

  function onHover(id, place) {
    showSample(known.named ? id : null, place, known);
  }

  function onTrouble({ code, message }) {
    at("trouble").hidden = code === "context_restored";
    at("trouble").textContent = message;
  }

  /** Names and colours as they were at a beat. */
  function dress({ caption, shot }) {
    if (caption === stands.caption && shot === stands.shot) return;
    const named = caption === stands.caption ? known.named : recording.namedAfter(caption);
    const opinion = recording.opinionAt(shot);
    stands = { ...stands, caption, shot };
    if (named === known.named && opinion?.shot === known.opinion?.shot) return;
    const classOf = shownClass("class", { annotation: named, prediction: opinion?.prediction ?? null, label: recording.label });
    known = { ...known, named, opinion, classOf, speakers: speakersOf(classOf, named) };
    paint();
  }

  function paint() {
    const { named: annotation, classOf } = known;
    const look = buildLook({ mode: "class", classOf, slotOf, hidden: new Set(), confidence: null, uncertainty: null, heldOut: recording.heldOut, annotation, theme });
    map.setLook(look.color, look.mark);
    drawLegend(classOf);
  }

  function putNames(embedding) {
    map.setNames(medians(known.speakers, embedding, about.latent_dim).map((place) => ({ text: nameOf(place.classIndex), ...place })));
  }

  /** Put everything where it is at a moment; points that move go on by themselves until the next beat. */
  function show(isFresh) {
    const k = beatAt(beats, tape.at);
    if (!isFresh && k === stands.beat) return;
    stands = { ...stands, beat: k };
    const [now, next] = [beats[k], beats[k + 1] ?? beats[k]];
    dress(now);
    at("caption").textContent = now.caption >= 0 ? about.captions[now.caption].text : "";
    at("caption-when").textContent = now.caption >= 0 ? about.captions[now.caption].when : "";
    at("caption-card").hidden = now.caption < 0;
    const from = recording.frame(now.shot).embedding;
    const share = shareAt(beats, k, tape.at);
    const to = recording.frame(next.shot).embedding;
    if (isFresh) map.cut(share > 0 ? mixInto(from, to, share) : from);
    if (tape.isPlaying && next.shot !== now.shot) map.tweenTo(to, ((next.at - tape.at) * 1000) / tape.speed, "linear");
    putNames(tape.isPlaying || share > 0.5 ? to : from);
  }

  let isBeating = false;
  let lastMs = 0;
  function beat() {
    isBeating = false;
    const nowMs = performance.now();
    tape.tick(nowMs);
    // A slow machine gets a picture now and then: each is put where it is, for no motion would come to its end.
    show(nowMs - lastMs > SLOW_MS);
    lastMs = nowMs;
    drawBar();
    if (tape.isPlaying) goOn();
  }
  function goOn() {
    if (!isBeating) requestAnimationFrame(beat);
    isBeating = true;
  }
  function after(change) {
    change();
    lastMs = performance.now();
    show(true);
    drawBar();
    if (tape.isPlaying) goOn();
  }

  const acts = {
    toggle: () => after(() => (tape.isPlaying ? tape.pause(performance.now()) : tape.play(performance.now()))),
    seek: (seconds) => after(() => tape.seek(seconds)),
    setSpeed: (value) => after(() => tape.setSpeed(value, performance.now())),
    step: (by) => after(() => {
      const k = beatAt(beats, tape.at) + by;
      tape.seek(k >= beats.length ? about.length_s : beats[Math.max(0, k)].at);
    }),
    zoom: paper.zoom,
    fit: () => map.fit(true),
    turnTheme,
  };
  const drawBar = mountBar({ host: at("bar"), recording, tape, acts });
  at("fit").append(shape("fit"));
  at("theme").append(shape("theme"));
  at("fit").addEventListener("click", acts.fit);
  at("theme").addEventListener("click", acts.turnTheme);
  onKeys(acts, () => about.length_s);

  function setTheme(isDark) {
    document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
    theme = readTheme();
    map.refreshTheme();
    if (known.classOf) paint();
  }
  function turnTheme() {
    setTheme(document.documentElement.dataset.bsTheme !== "dark");
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  setTheme(system.matches);
  system.addEventListener("change", () => setTheme(system.matches));

  map.setPoints(about.num_samples, about.latent_dim);
  map.follow(true);
  after(() => tape.seek(0));
  at("notes").append(...about.notes.map((note) => el("p", {}, note)));
  document.documentElement.dataset.ready = "";
  window.lodemapReplay = { map, tape, known: () => known };
}

start();
