// The bar below a replay: play, the line of runs with a mark for each gesture, the speed, and where it is.

import { el } from "../parts/elements.mjs";
import { beatAt } from "./recording.mjs";
import { shape } from "./shapes.mjs";

export const SPEEDS = [0.5, 1, 2, 4];

/** The runs of a replay as stretches of its time: [{title, from, to}], in seconds. */
export function stretches({ shots, runs }, beats, length) {
  const found = [];
  beats.forEach(({ at, shot }, k) => {
    const { run } = shots[shot];
    const to = beats[k + 1]?.at ?? length;
    if (found.at(-1)?.run === run) found.at(-1).to = to;
    else found.push({ run, title: runs[run].title, from: at, to });
  });
  return found;
}

/** "Run 2, epoch 7.5" at a moment. */
export function whereAt({ shots, runs }, beats, at) {
  const { run, epoch } = shots[beats[beatAt(beats, at)].shot];
  return `${runs[run].title}, epoch ${Number.isInteger(epoch) ? epoch : epoch.toFixed(1)}`;
}

/** "0:07" */
export const clockWords = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function mountBar({ host, recording, tape, acts }) {
  const { about, beats } = recording;
  const length = about.length_s;
  const share = (at) => `${(100 * at) / length}%`;
  const play = el("button", { type: "button", class: "play", id: "play", onclick: acts.toggle });
  const head = el("i", { class: "playhead", "aria-hidden": "true" });
  const track = el("div", { class: "track", id: "track", role: "slider", tabindex: "0", "aria-label": "Time of the session", "aria-valuemin": "0", "aria-valuemax": length.toFixed(1) });
  const where = el("div", { class: "where num", id: "where" });
  const speed = el("select", { id: "speed", "aria-label": "Speed", onchange: (event) => acts.setSpeed(Number(event.target.value)) },
    SPEEDS.map((value) => el("option", { value: String(value), selected: value === 1 }, `${value}×`)));

  const blocks = stretches(about, beats, length).map(({ title, from, to }) => {
    const block = el("div", { class: "run-block", title }, el("span", {}, title));
    Object.assign(block.style, { left: share(from), width: `calc(${share(to - from)} - 2px)` });
    return block;
  });
  const marks = beats.filter(({ caption }, k) => caption >= 0 && caption !== (beats[k - 1]?.caption ?? -1)).map(({ at, caption }) => {
    const mark = el("i", { class: "mark", title: about.captions[caption].text });
    mark.style.left = share(at);
    return mark;
  });
  track.append(...blocks, ...marks, head);

  const seek = (event) => {
    const box = track.getBoundingClientRect();
    acts.seek(((event.clientX - box.left) / box.width) * length);
  };
  track.addEventListener("pointerdown", (event) => { if (event.button === 0) { track.setPointerCapture(event.pointerId); seek(event); } });
  track.addEventListener("pointermove", (event) => { if (track.hasPointerCapture(event.pointerId)) seek(event); });

  host.append(play, track, where, speed);
  let drawn = null;
  return function draw() {
    if (drawn !== tape.isPlaying) {
      drawn = tape.isPlaying;
      play.replaceChildren(shape(drawn ? "pause" : "play"));
      play.setAttribute("aria-label", drawn ? "Pause" : "Play");
    }
    const words = whereAt(about, beats, tape.at);
    head.style.left = share(tape.at);
    track.setAttribute("aria-valuenow", tape.at.toFixed(1));
    track.setAttribute("aria-valuetext", words);
    where.textContent = `${words}\n${clockWords(tape.at)} / ${clockWords(length)}`;
  };
}
