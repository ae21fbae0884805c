// The line of runs as blocks, gestures as dots above them, and a playhead to drag.

import { el } from "../parts/elements.mjs";
import { setIcon } from "../parts/icons.mjs";
import { isLive, titleOf } from "../parts/runstates.mjs";
import { VERBS } from "../parts/verbs.mjs";
import { lengthOf, placeAfter } from "./line.mjs";

const MAX_DOTS = 3;
/** Gestures that say where, not what: their dot is a diamond. */
const MOVES = new Set(["move", "pin", "release", "place_class", "release_class"]);
const LONG_PX = 46;
const SHORT_PX = 16;

/** What a block is called in the room it has. */
export function blockLabel(run, width) {
  if (run.kind === "pretrain") return width > 50 ? "Pretrain" : "";
  if (width > LONG_PX) return `Run ${run.number}`;
  return width > SHORT_PX ? String(run.number) : "";
}

/** Gestures by the run they came after; null stands for the time before any run. */
export function gesturesByRun(gestures) {
  const groups = new Map();
  for (const gesture of gestures) {
    const key = gesture.after_run ?? null;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(gesture);
  }
  return groups;
}

/** Gestures by their place on the line: those after a run that left nothing stand with those before it. Pure. */
export function gesturesByPlace(gestures, blocks, runs) {
  const places = new Map();
  for (const [runId, group] of gesturesByRun(gestures)) {
    const place = placeAfter(blocks, runs, runId);
    places.set(place, [...(places.get(place) ?? []), ...group]);
  }
  return places;
}

/** What a gesture's dot says. */
export function gestureWords({ verb, count, author, class_index: index }, classes) {
  const { dot, nouns } = VERBS[verb] ?? { nouns: [verb.replace("_", " ")] }; // a page may be older than its server
  const did = dot ? dot(count, classes[index]?.name) : nouns[0];
  return author ? `${did}, by ${author}` : did;
}

/** What the dots of one place say: the newest of its gestures. */
const toldOf = (gestures, classes) => gestures.slice(-8).map((gesture) => gestureWords(gesture, classes)).join(" · ");

/**
 * Where the next place with gestures is, by keyboard: places ascending; null where there is none that way. Pure.
 * @param {number[]} places @param {number} pos @param {1 | -1} step
 */
export function nextPlace(places, pos, step) {
  const sorted = [...places].sort((a, b) => step * (a - b));
  return sorted.find((place) => step * (place - pos) > 0.01) ?? null;
}

export function mountTimeline({ state, player, keys, root, choices, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const track = find("timeline-track");
  const head = el("i", { class: "playhead", "aria-hidden": "true" });
  const said = el("span", { class: "sr-only", role: "status" });
  track.after(said);
  const blocks = new Map(); // by run, {node, fill, done}
  let isDragging = false;
  let width = track.clientWidth; // read where nothing has changed since the last layout: else all of the page is laid out for it
  let drawn = ""; // what was put on the track last
  let laid = null; // the player's runs at that time

  const share = (pos) => 100 * (pos / Math.max(1, lengthOf(player.blocks())));

  /** What stands of a run whatever is played. */
  const blockOf = ({ run, start, span }) => ({ runId: run.run_id, isLive: isLive(run), cap: blockLabel(run, (share(span) / 100) * width), tip: titleOf(run), left: share(start), width: share(span) });

  function blockNode(block) {
    const fill = el("i", {});
    const node = el("div", { class: `run-block${block.isLive ? " live" : ""}` }, [el("span", { class: "run-fill" }, fill), el("span", { class: "cap" }, block.cap)]);
    node.style.left = `${block.left}%`;
    node.style.width = `${block.width}%`;
    node.dataset.tip = block.tip;
    blocks.set(block.runId, { node, fill, done: "" });
    return node;
  }

  /** How far each run has got, and which one the playhead is in. */
  function renderBlocks({ playback }) {
    for (const { run, span } of player.blocks()) {
      const known = blocks.get(run.run_id);
      if (!known) continue;
      const isLed = isLive(run) && playback.runId === run.run_id && playback.mode === "live";
      const done = `${Math.min(100, (100 * Math.max(0, run.last_epoch, isLed ? playback.epoch : 0)) / span)}%`;
      if (known.done !== done) known.fill.style.width = known.done = done;
      known.node.classList.toggle("on", playback.runId === run.run_id);
    }
  }

  const placesOf = (server) => gesturesByPlace(server?.gestures ?? [], player.blocks(), server?.runs ?? []);

  /** Go to the gestures before or after; the tip of their dot says what they were, aloud too. */
  async function walk(step) {
    const { server, classes } = state.get();
    const places = placesOf(server);
    const place = nextPlace([...places.keys()], state.get().playback.pos, step);
    if (place === null) return;
    await player.seek(place);
    const words = `${track.getAttribute("aria-valuetext")}, then ${toldOf(places.get(place), classes)}`;
    track.setAttribute("aria-valuetext", words);
    if (document.activeElement !== track) said.textContent = words; // a slider's own words are read out only where it has the focus
    track.querySelector(`.gesture[data-place="${place}"]`)?.dispatchEvent(new CustomEvent("tip-wanted", { bubbles: true }));
  }

  /** What stands of the gestures of one place: the newest of them. */
  function dotsOf([place, gestures], classes) {
    const kinds = gestures.slice(-MAX_DOTS).reverse().map((gesture, nth) => {
      const color = classes[gesture.class_index]?.color;
      return `dot gesture${MOVES.has(gesture.verb) ? " moved" : ""}${nth ? " s8" : ""} ${color === undefined ? "none" : `slot-${color}`}`;
    });
    return { place, left: share(place), words: toldOf(gestures, classes), kinds };
  }

  function dotNodes({ place, left, words, kinds }) {
    return kinds.map((kind, nth) => {
      const dot = el("i", { class: kind, "data-tip": words });
      dot.dataset.place = place;
      dot.style.left = `calc(${left}% - ${4 + nth * 8}px)`;
      return dot;
    });
  }

  /** Each look at the server brings the same runs and gestures in new lists: what says the same stays where it is. */
  function render(value) {
    if (!value.server) return;
    laid = player.blocks();
    const all = { blocks: laid.map(blockOf), dots: [...placesOf(value.server)].map((each) => dotsOf(each, value.classes)) };
    const saying = JSON.stringify(all);
    if (saying !== drawn) {
      drawn = saying;
      blocks.clear();
      track.replaceChildren(...all.blocks.map(blockNode), ...all.dots.flatMap(dotNodes), head);
    }
    renderPlayback(value);
  }

  function renderPlayback(value) {
    renderBlocks(value);
    renderHead(value);
  }

  function renderHead({ playback, server }) {
    const { mode, pos, runId, epoch, speed } = playback;
    find("speed").value = String(speed); // a presenter may have set it
    head.style.left = `${share(pos)}%`;
    head.hidden = player.blocks().length === 0;
    const run = server?.runs.find((each) => each.run_id === runId);
    const isFollowing = mode === "live";
    track.setAttribute("aria-valuemax", lengthOf(player.blocks()).toFixed(1));
    track.setAttribute("aria-valuenow", pos.toFixed(1));
    track.setAttribute("aria-valuetext", run ? `${titleOf(run)}, epoch ${epoch.toFixed(1)}` : "no run yet");
    find("timeline-where").textContent = run ? `${titleOf(run)}\nepoch ${epoch.toFixed(1)}` : "";
    const live = find("go-live");
    live.textContent = isFollowing ? "Live" : "Go live";
    // Not `disabled`: whoever pressed it by keyboard would lose their place on the page.
    live.setAttribute("aria-disabled", String(isFollowing));
    renderPlay(mode, server);
  }

  function renderPlay(mode, server) {
    const isPlaying = mode === "replay" || (mode === "live" && (server?.runs ?? []).some(isLive));
    const button = find("play");
    setIcon(button.querySelector(".i"), isPlaying ? "pause" : "play");
    const words = isPlaying ? "Pause" : "Replay";
    button.setAttribute("aria-label", words);
    button.dataset.tip = words;
  }

  function seekTo(event) {
    const box = track.getBoundingClientRect();
    player.seek(((event.clientX - box.left) / box.width) * lengthOf(player.blocks()));
  }

  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || player.blocks().length === 0) return;
    isDragging = true;
    track.setPointerCapture(event.pointerId);
    seekTo(event);
  }, { signal });
  track.addEventListener("pointermove", (event) => { if (isDragging) seekTo(event); }, { signal });
  track.addEventListener("pointerup", () => { isDragging = false; }, { signal });
  track.addEventListener("pointercancel", () => { isDragging = false; }, { signal });
  track.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step && event.shiftKey) walk(step);
    else if (step) player.step(step);
    else if (event.key === "Home") player.seek(0);
    else if (event.key === "End") player.goLive();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });

  find("play").addEventListener("click", () => player.toggle(), { signal });
  find("step-back").addEventListener("click", () => player.step(-1), { signal });
  find("step-on").addEventListener("click", () => player.step(1), { signal });
  find("go-live").addEventListener("click", () => player.goLive(), { signal });
  const loop = find("loop");
  function setLoop(isOn) {
    loop.setAttribute("aria-pressed", String(isOn));
    player.setLoop(isOn);
  }
  function toggleLoop() {
    const isOn = loop.getAttribute("aria-pressed") !== "true";
    choices.setOn("loop", isOn);
    setLoop(isOn);
  }
  setLoop(choices.isOn("loop"));
  loop.addEventListener("click", toggleLoop, { signal });
  find("speed").addEventListener("change", (event) => player.setSpeed(Number(event.target.value)), { signal });
  const group = "Watch";
  const unregister = [
    keys.register(" ", { label: "Pause, play", group, run: () => player.toggle() }),
    keys.register("o", { label: "Replay again and again", group, run: toggleLoop }),
    keys.register("ArrowLeft", { label: "One epoch back", group, run: () => player.step(-1) }),
    keys.register("ArrowRight", { label: "One epoch on", group, run: () => player.step(1) }),
    keys.register("shift+ArrowLeft", { label: "The gestures before", group, run: () => walk(-1) }),
    keys.register("shift+ArrowRight", { label: "The gestures after", group, run: () => walk(1) }),
    keys.register("End", { label: "Go live", group, run: () => player.goLive() }),
  ];
  const resize = new ResizeObserver(() => {
    width = track.clientWidth;
    render(state.get());
  });
  resize.observe(track);
  const stops = [
    state.subscribe(["server", "classes"], render),
    state.subscribe(["playback"], (value) => (player.blocks() === laid ? renderPlayback(value) : render(value))),
  ];
  return () => {
    stops.forEach((stop) => stop());
    unregister.forEach((undo) => undo());
    resize.disconnect();
    said.remove();
  };
}
