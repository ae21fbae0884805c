// How far people agree, and the samples they differ about, to be settled one by one with the keys.

import { newKey } from "../shell/api.mjs";
import { el } from "../parts/elements.mjs";
import { createReading } from "../shell/reading.mjs";
import { ensureName } from "../shell/session.mjs";
import { showToast } from "../shell/toasts.mjs";
import { classAt, livingClasses } from "../parts/classes.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { packIds, toBase64 } from "../parts/codec.mjs";
import { num } from "../parts/counting.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { figure } from "./words.mjs";

const SIDE = 56;
const SHOWN = 60;

/** "you and guest 2": whom a pair's figure is of. */
export const pairName = ({ authors, author_ids: ids }, me) => ids.map((id, at) => (id === me ? "you" : authors[at])).sort((a, b) => Number(b === "you") - Number(a === "you")).join(" and ");

/** The three figures at the foot: two people have Cohen's kappa, more have Fleiss'. */
export function figuresOf(agreement) {
  const { people, pairs, fleiss_kappa: fleiss, krippendorff_alpha: alpha, num_differing: differing } = agreement;
  const kappa = people.length > 2 ? [figure(fleiss), "Fleiss' kappa"] : [figure(pairs[0]?.cohen_kappa), "Cohen's kappa"];
  return [kappa, [figure(alpha), "Krippendorff's α"], [num(differing), "to settle"]];
}

export function mountAgreement({ state, root, reviews, acts, dress, keys, refresh, onSample, onError, onReadError }) {
  const list = root.querySelector("#differing-list");
  const foot = root.querySelector("#agreement");
  const chip = root.querySelector("#tab-differing .chip");
  let agreement = null;
  let at = 0;
  let offer = null; // of the last one: Undo takes back nothing before it
  let unread = stillReading("Reading what people differ about");
  const reading = createReading({ onError: refuse });
  const sending = new Set(); // samples whose answer is on its way: nobody settles them twice

  const reload = () => reading.ask(null, reviews.agreement, take);

  function refuse(error) {
    unread = notRead("What people differ about could not be read.", reload);
    render();
    onReadError(error);
  }

  function take(answer) {
    const current = agreement?.differing[at]?.sample;
    agreement = { ...answer, differing: answer.differing.filter(({ sample }) => !sending.has(sample)) };
    const found = agreement.differing.findIndex(({ sample }) => sample === current);
    at = found >= 0 ? found : Math.min(at, Math.max(0, agreement.differing.length - 1));
    render();
  }

  /** Take a sample out of the queue: the next key is about the next one. */
  function drop(sample) {
    const differing = agreement.differing.filter((each) => each.sample !== sample);
    agreement = { ...agreement, differing };
    at = Math.min(at, Math.max(0, differing.length - 1));
    render();
  }

  const isOpen = () => state.get().tab === "differing" && (agreement?.differing.length ?? 0) > 0;

  function go(step) {
    at = Math.min(agreement.differing.length - 1, Math.max(0, at + step));
    render();
    list.querySelector(".on")?.scrollIntoView({ block: "nearest" });
    state.set({ ring: agreement.differing[at].sample });
  }

  async function settle(info) {
    const { sample } = agreement.differing[at] ?? {};
    if (sample === undefined || !info) return;
    sending.add(sample);
    drop(sample);
    const samples = toBase64(packIds(Uint32Array.of(sample), state.get().dataset.num_samples));
    try {
      await ensureName();
      const { seq } = await reviews.gesture({ key: newKey(), verb: "annotate", samples, class_index: info.class_index, settles: true });
      offer?.withdraw();
      offer = showToast({ text: ["Sample ", { strong: num(sample) }, " is ", { strong: info.name }, "."], color: info.color, action: { label: "Undo", run: () => acts.undo(seq) } });
    } catch (error) {
      onError(error);
    } finally {
      sending.delete(sample);
    }
    await refresh();
    await reload();
  }

  function opinion({ author, author_id: id, class_index: index }) {
    const { latest, session } = state.get();
    const info = classAt(latest.classes, index);
    return el("span", { class: "opinion" }, [el("i", { class: `dot s8 slot-${info?.color}` }), el("span", { class: "clip" }, `${id === session?.author_id ? "you" : author}: ${info?.name ?? "a class"}`)]);
  }

  function node(each, nth) {
    const canvas = el("canvas", { class: "picture" });
    const isOn = nth === at;
    const row = el("div", { class: `differing-row${isOn ? " on" : ""}`, "data-row": each.sample }, [
      el("button", { type: "button", class: "plate tile-l", "data-control": "sample", "aria-label": `What happened to sample ${num(each.sample)}`, onclick: () => onSample(each.sample) }, canvas),
      el("button", { type: "button", class: "differing-words", "data-control": "words", "aria-current": isOn ? "true" : null, onclick: () => go(nth - at) }, [el("span", { class: "strong" }, `Sample ${num(each.sample)}`), ...each.given.map(opinion)]),
      isOn ? choices(each) : null,
    ]);
    return { row, draw: () => dress(canvas, each.sample, SIDE) };
  }

  /** The classes people named first, then the others, by their keys. */
  function choices({ given }) {
    const named = new Set(given.map(({ class_index: index }) => index));
    const living = livingClasses(state.get().latest.classes);
    return el("div", { class: "differing-choices" }, living.map((info, nth) => (named.has(info.class_index) || living.length <= 9 ? el("button", { type: "button", class: "btn btn-sm", "data-control": `class ${info.class_index}`, onclick: () => settle(info) }, [el("i", { class: `dot s8 slot-${info.color}` }), info.name, nth < 9 ? el("kbd", {}, String(nth + 1)) : null]) : null)));
  }

  function empty() {
    const isAlone = agreement.people.length < 2;
    return el("div", { class: "empty" }, isAlone
      ? [el("span", { class: "strong" }, "Nobody to differ from yet"), el("span", {}, "When two people name the same sample otherwise, it comes here to be settled.")]
      : [el("span", { class: "strong" }, "Nothing to settle"), el("span", {}, agreement.num_settled ? `${num(agreement.num_settled)} settled so far.` : "Wherever two people named the same sample, they said the same.")]);
  }

  function render() {
    if (!agreement) return void list.replaceChildren(unread);
    const { differing, num_differing: total, people, num_shared: shared, pairs, reason } = agreement;
    chip.textContent = num(total);
    chip.hidden = total === 0;
    chip.classList.toggle("warn", total > 0);
    const from = Math.max(0, Math.min(at - SHOWN / 2, differing.length - SHOWN));
    const nodes = differing.slice(from, from + SHOWN).map((each, nth) => node(each, from + nth));
    redraw(list, nodes.length ? [el("p", { class: "cap differing-hint" }, [el("kbd", {}, "J"), " ", el("kbd", {}, "K"), " next, previous; ", el("kbd", {}, "1"), " to ", el("kbd", {}, "9"), " settles it for everybody."]), ...nodes.map(({ row }) => row)] : [empty()], list);
    nodes.forEach(({ draw }) => draw());
    const me = state.get().session?.author_id;
    const whom = people.length === 2 ? pairName(pairs[0], me) : `${num(people.length)} people`;
    foot.replaceChildren(
      el("div", { class: "head" }, ["Agreement", el("span", { class: "spacer" }), el("span", { class: "cap clip" }, people.length > 1 ? `${whom}, ${num(shared)} shared` : "")]),
      reason ? el("p", { class: "cap" }, reason) : el("div", { class: "agreement-figures" }, figuresOf(agreement).map(([value, words]) => el("div", {}, [el("div", { class: "figure" }, value), el("div", { class: "cap" }, words)]))),
      ...(people.length > 2 && !reason ? [el("ul", { class: "pairs cap" }, pairs.map((pair) => el("li", {}, [el("span", { class: "clip" }, pairName(pair, me)), el("span", { class: "num" }, `${figure(pair.cohen_kappa)} of ${num(pair.num_shared)}`)])))] : []),
      el("p", { class: "cap" }, people.length > 1 ? "1 is agreement every time, 0 is what chance would give. People see each other's names, so this is no blind test." : ""),
    );
  }

  const group = "Settle";
  const unregister = [
    keys.register("j", { label: "Next disagreement", group, when: isOpen, run: () => go(1) }),
    keys.register("k", { label: "Previous disagreement", group, when: isOpen, run: () => go(-1) }),
    keys.register("1…9", { label: "Settle it as this class", group, when: isOpen, run: (event) => settle(livingClasses(state.get().latest.classes)[Number(event.key) - 1]) }),
  ];
  const stops = [state.subscribe(["journalSeq"], reload), state.subscribe(["themeCount"], render)];
  render();
  return () => [...stops, ...unregister, reading.stop].forEach((stop) => stop());
}
