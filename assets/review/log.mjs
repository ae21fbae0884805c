// The log: who said what of which samples, newest first, page by page; with a sample chosen, its biography.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { createReading } from "../shell/reading.mjs";
import { initials } from "../shell/initials.mjs";
import { num } from "../parts/counting.mjs";
import { lineNote, when } from "./words.mjs";

const SIDE = 30;
const SHOWN = 6;
const REST_MS = 200;
const NEAR_PX = 300;
const MOST_AGAIN = 5;

/** Pages already read, with a newer one put before them: each line once, newest first. */
export function mergeLines(known, fresh) {
  const bySeq = new Map([...known, ...fresh].map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

/** What was done, and the class it ends with, which is set apart: "named 6 samples", "1". Pure. */
export function toldOf({ verb, text }, classes) {
  const names = ["annotate", "move"].includes(verb) ? classes.map((each) => each.name).filter((name) => text.endsWith(` ${name}`)) : [];
  const name = names.sort((a, b) => b.length - a.length)[0] ?? "";
  return [name ? text.slice(0, -name.length - 1) : text, name];
}

export function mountLog({ state, root, reviews, dress, onChoose, onSample, onReadError }) {
  const list = root.querySelector("#log-lines");
  const field = root.querySelector("#log-filter");
  const chip = root.querySelector("#log-sample");
  const count = root.querySelector("#tab-log .chip");
  let lines = [];
  let next = null;
  let pages = 0;
  let unread = stillReading("Reading the log", "li"); // null once something was read
  const reading = createReading({ onError: refuse });
  let timer = 0;

  const wanted = () => ({ q: field.value.trim(), sample: state.get().sample });

  function refuse(error) {
    if (unread) { unread = notRead("The log could not be read.", reload, "li"); render(); }
    onReadError(error);
  }

  /** Read anew what is on screen: an undo changes lines that were there already. */
  async function reload() {
    const again = Math.min(Math.max(1, pages), MOST_AGAIN);
    const of = wanted();
    async function read(signal) {
      let [found, before, total] = [[], null, 0];
      for (let page = 0; page < again && (page === 0 || before !== null); page += 1) {
        const answer = await reviews.log({ ...of, before }, signal);
        [found, before, total] = [mergeLines(found, answer.lines), answer.next, answer.total];
      }
      return { found, before, total };
    }
    const isShown = await reading.ask(null, read, ({ found, before, total }) => {
      [lines, next, pages, unread] = [found, before, again, null];
      count.textContent = num(total);
      count.hidden = false;
      render();
    });
    if (isShown) scrolled();
  }

  async function readOn() {
    if (reading.isAsking() || next === null) return;
    const from = { ...wanted(), before: next };
    const isShown = await reading.ask(null, (signal) => reviews.log(from, signal), (answer) => {
      lines = mergeLines(lines, answer.lines);
      next = answer.next;
      pages += 1;
      render();
    });
    if (isShown) scrolled();
  }

  function picture(id) {
    const canvas = el("canvas", { class: "picture" });
    const button = el("button", { type: "button", class: "tile-s", "data-control": `s${id}`, "data-sample": id, "data-tip": `Sample ${num(id)}`, "aria-label": `What happened to sample ${num(id)}`, onclick: (event) => { event.stopPropagation(); onSample(id); } }, canvas);
    return { button, draw: () => dress(canvas, id, SIDE) };
  }

  function node(line) {
    const pictures = line.samples.slice(0, SHOWN).map(picture);
    const rest = line.count - pictures.length;
    const [deed, name] = toldOf(line, state.get().latest?.classes ?? []);
    const words = el("div", { class: "log-words" }, [
      el("button", { type: "button", class: "log-text", "data-control": "text", onclick: () => onChoose(line.step) }, [el("b", { class: "strong" }, line.is_mine ? "You" : line.author), ` ${deed}`, ...(name ? [" ", el("b", { class: "strong" }, name)] : [])]),
      el("div", { class: "cap" }, lineNote(line)),
      pictures.length ? el("div", { class: "strip" }, [...pictures.map(({ button }) => button), rest > 0 ? el("span", { class: "cap" }, `${num(rest)} more`) : null]) : null,
    ]);
    const item = el("li", { class: `log-line${line.stands ? "" : " off"}`, "data-row": line.seq }, [el("span", { class: `avatar${line.is_mine ? "" : " other"}`, "aria-hidden": "true" }, initials(line.author)), words, el("time", { class: "cap" }, when(line.at))]);
    return { item, draw: () => pictures.forEach(({ draw }) => draw()) };
  }

  function empty() {
    const { sample } = state.get();
    const isFiltered = field.value.trim() !== "" || sample !== null;
    const [title, words] = isFiltered
      ? ["Nothing fits", sample !== null ? "Nobody has said anything of this sample yet." : "Try a name, a class, or the number of a sample."]
      : ["Nothing was said yet", "Name or move points on the map. Each gesture is written down here, with who, when and what it changed."];
    return el("li", { class: "empty" }, [el("span", { class: "strong" }, title), el("span", {}, words)]);
  }

  function render() {
    const { sample } = state.get();
    const isOnChip = chip.contains(document.activeElement) && document.activeElement.matches(":focus-visible");
    chip.hidden = sample === null;
    if (sample !== null) chip.replaceChildren(`Sample ${num(sample)}`, el("button", { type: "button", class: "chip-close", "aria-label": "Show the whole log", onclick: () => onSample(null) }, icon("close")));
    const nodes = lines.map(node);
    const otherwise = sample === null ? field : chip.querySelector(".chip-close");
    redraw(list, nodes.length ? nodes.map(({ item }) => item) : [unread ?? empty()], otherwise);
    if (isOnChip) otherwise.focus({ preventScroll: true });
    nodes.forEach(({ draw }) => draw()); // once they are in the page, for the ink has the theme's colour
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(() => { pages = 0; list.scrollTop = 0; reload(); }, REST_MS);
  }

  const scrolled = () => { if (list.scrollTop + list.clientHeight > list.scrollHeight - NEAR_PX) readOn(); };
  field.addEventListener("input", typed);
  list.addEventListener("scroll", scrolled, { passive: true });
  const stops = [
    state.subscribe(["sample"], () => { pages = 0; list.scrollTop = 0; reload(); }),
    state.subscribe(["journalSeq"], reload),
    state.subscribe(["themeCount"], render),
  ];
  render();
  return () => {
    reading.stop();
    clearTimeout(timer);
    stops.forEach((stop) => stop());
    field.removeEventListener("input", typed);
    list.removeEventListener("scroll", scrolled);
  };
}
