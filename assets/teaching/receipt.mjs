// What a gesture did, told honestly: read once a run has finished with moves or new names, and again when its gain is
// measured. Moves are compared with the same run without them; names alone with the map before, and that is said.

import { byHandSentence } from "../parts/byhand.mjs";
import { byLabelChange } from "../parts/bylabel.mjs";
import { many, num, points, samples } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { fromBase64, unpackIds } from "../parts/codec.mjs";
import { numRenamed, renamedSince } from "../parts/renamed.mjs";
import { isLive, lineOf, titleOf } from "../parts/runstates.mjs";

const KIND = { "real gain": "ok", harm: "error", "no effect": "", "may be chance": "warn" };
const WORDS = {
  "real gain": "The 95 % interval is above no effect: the network is right more often because of the moves.",
  harm: "The 95 % interval is below no effect: the network is right less often because of the moves. Undo the run, or move other samples.",
  "no effect": "Whatever the moves did to the map, they did nothing to what the network believes of samples it never saw.",
  "may be chance": "The 95 % interval of what the moves did includes no effect. Name or move more samples near the border to find out.",
};

/** The same beside the map before, where nothing says that the names are the cause. */
const CHANGE = {
  "real gain": ["right more often", "ok", "The 95 % interval is above the map before."],
  harm: ["right less often", "error", "The 95 % interval is below the map before. Undo the run, or look at the names once more."],
  "no effect": ["as before", "", "Of samples it never saw the network believes what it did before."],
  "may be chance": ["may be chance", "warn", "The 95 % interval includes the map before."],
};
const MUTE = "The map before predicted nothing: these are the first names it learned from.";

/** Two labels nearer than this share of the line would overlap. */
const APART = 30;

const percent = (share) => (100 * share).toFixed(1);

/** The run whose receipt is worth showing: the last on the line, once it has one. */
export function runWithReceipt(runs) {
  const last = lineOf(runs).at(-1);
  return last?.has_receipt && !isLive(last) ? last : null;
}

/** People told by name; the others are counted together. */
const MOST_TOLD = 3;

/** "You named 3 samples, Ana 2.": who did what; without saying who where the run is older than that note of it. */
export function whatWords({ num_moved: moved, num_named: named, by = [] }) {
  const mineFirst = [...by].sort((a, b) => Number(b.is_mine) - Number(a.is_mine));
  const told = mineFirst.length > MOST_TOLD ? [...mineFirst.slice(0, MOST_TOLD - 1), together(mineFirst.slice(MOST_TOLD - 1))] : mineFirst;
  if (told.length === 0) return withoutWho(moved, named);
  const isShort = DEEDS.filter(([key]) => told.some((each) => each[key] > 0)).length === 1;
  return `${told.map((each, nth) => clause(each, nth === 0, isShort)).join(isShort ? ", " : "; ")}.`;
}

/** What of it the network never heard, "" where it heard all: held-out samples are kept from it, named or not. */
export function unheardWords({ num_named: named, num_named_held_out: held = 0 }) {
  if (held === 0) return "";
  const which = held < named ? `${num(held)} of the named` : held === 1 ? "It" : "All";
  return ` ${which} ${held === 1 ? "is held out: it measures, and teaches nothing" : "are held out: they measure, and teach nothing"}.`;
}

/** Why held-out accuracy cannot be higher yet, "" where every class was named. */
export function untaughtWords({ num_known: known, num_untaught: untaught = 0, accuracy_after: after }) {
  if (untaught === 0 || after === null) return "";
  const words = untaught === 1 ? "counts as wrong: nobody has named its class yet" : "count as wrong: nobody has named their classes yet";
  return `${num(untaught)} of ${num(known)} held-out samples ${words}.`;
}

/** That the accuracy before is not what that run said of itself, "" where nothing was renamed. */
export function renamedWords(receipt) {
  const number = numRenamed(receipt);
  if (!number || receipt.accuracy_before === null) return "";
  return `${renamedSince(receipt, [" was", " were"])}: the accuracy before holds ${number === 1 ? "it to its new name" : "them to their new names"}.`;
}

/** "What 5 gestures of Ada and you did": whose doing the receipt tells, and how many there were where the run kept it. */
export function headWords({ by = [] }) {
  const others = by.filter((each) => !each.is_mine).map((each) => each.author);
  const isMine = others.length < by.length;
  const number = by.reduce((sum, each) => sum + each.num_gestures, 0); // NaN where the run is older
  const gestures = number ? many(number, "gesture", "gestures") : "gestures";
  if (by.length === 0) return "What the gestures did";
  if (others.length === 0) return `What your ${number === 1 ? "gesture" : gestures} did`;
  const named = others.length <= MOST_TOLD - Number(isMine) ? [...others, ...(isMine ? ["you"] : [])] : [...(isMine ? ["you"] : others.slice(0, 1)), `${num(others.length - Number(!isMine))} others`];
  return `What ${gestures} of ${named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named[0]} did`;
}

const DEEDS = [["num_moved", "moved"], ["num_named", "named"], ["num_placed", "gave a new place to"]];

const together = (people) => ({ author: `${people.length} others`, ...Object.fromEntries(DEEDS.map(([key]) => [key, people.reduce((sum, each) => sum + each[key], 0)])) });

/** What one person did; where all did the same, the verb and what they did it to are said once. */
function clause(share, isFirst, isShort) {
  const who = share.is_mine ? "You" : share.author;
  const deeds = DEEDS.filter(([key]) => share[key] > 0);
  const thing = (key, nth) => (key === "num_placed" ? many(share[key], "class", "classes") : isFirst && nth === 0 ? samples(share[key]) : num(share[key]));
  if (isShort && !isFirst) return `${who} ${num(share[deeds[0][0]])}`;
  return `${who} ${deeds.map(([key, verb], nth) => `${verb} ${thing(key, nth)}`).join(" and ")}`;
}

function withoutWho(moved, named) {
  const were = (number) => `${samples(number)} ${number === 1 ? "was" : "were"}`;
  if (moved > 0) return `${were(moved)} moved${named > 0 ? ` and ${num(named)} named` : ""}.`;
  return named > 0 ? `${were(named)} named.` : "Classes were given a new place.";
}

/** Whether a run had new names and no moves: it was not compared with one without. */
export const isOfNames = ({ control }) => control === "none";

/** The paired difference on held-out samples that is told: from the run without the moves, else from the map before. */
export const differenceOf = (receipt) => (isOfNames(receipt) ? receipt.change : receipt.gain);

function changeWords({ change, message }) {
  if (!change) return { verdict: null, kind: "", words: MUTE };
  if (change.verdict === null) return { verdict: null, kind: "", words: `Withheld. ${change.reason}` };
  const [verdict, kind, words] = CHANGE[change.verdict];
  return { verdict, kind, words: `${words} ${message}` };
}

/** What the difference is told against: the accuracies beside it are always those of the map before and of this one. */
export const againstWords = (receipt) => (isOfNames(receipt) ? "Against the map before" : "Against the same run without the moves");

/** That the two runs were trained in different ways, "" where not or where nobody noted it; as in store/takeaway/verdicts.py. */
function roundingWords({ trained_on: run, control_trained_on: control }) {
  if (!run || !control || run === control) return "";
  return ` The two were not trained on the same kind of device or in the same precision (${run}; ${control}): rounding alone can turn a few predictions.`;
}

/** What to say of the gain: {verdict, kind, words}; no verdict while it is measured or withheld. */
export function gainWords(receipt) {
  const { gain, control, message } = receipt;
  if (isOfNames(receipt)) return changeWords(receipt);
  if (!gain) return { verdict: null, kind: "", words: control === "waiting" ? "Measuring against the same run without the moves." : message };
  if (gain.verdict === null) return { verdict: null, kind: "", words: `Withheld. ${gain.reason}` };
  return { verdict: gain.verdict, kind: KIND[gain.verdict], words: WORDS[gain.verdict] + roundingWords(receipt) };
}

/**
 * Where the parts of the interval lie on a line of 0 to 100: it always holds "no effect".
 * @param {{mean: number, low: number, high: number}} gain
 */
export function gainPlaces({ mean, low, high }) {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const room = Math.max(to - from, 1e-6) * 0.18;
  const at = (value) => (100 * (value - from + room)) / (to - from + 2 * room);
  return { low: at(low), high: at(high), mean: at(mean), none: at(0) };
}

/** The samples that the receipt counts as right before and wrong now; none where it is older than that note of them. */
export const worseIds = ({ worse }, numSamples) => (worse ? unpackIds(fromBase64(worse), numSamples) : new Uint32Array());

export function mountReceipt({ state, api, actions, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const panel = find("receipt");
  let shown = null; // the receipt on screen
  let askedFor = ""; // run and how far its measuring was, so that each is asked for once
  let [asked, told] = [0, 0]; // questions, and which of them has the newest answer
  let closed = null; // run whose receipt was closed
  let taught = null; // the seq that Undo is about, null where it would not take the run back

  async function follow({ server, connection }) {
    const run = runWithReceipt(server?.runs);
    if (!run) return hide();
    renderUndo(run, server);
    const key = `${run.run_id}/${run.has_receipt}/${shown?.run_id === run.run_id && shown.control === "waiting" ? server.digest : ""}`;
    if (key === askedFor || connection === "lost") return undefined;
    askedFor = key;
    const turn = (asked += 1);
    try {
      const receipt = await api.receipt(run.run_id);
      if (turn < told || runWithReceipt(state.get().server.runs)?.run_id !== run.run_id) return undefined;
      told = turn;
      shown = receipt;
      render(run);
    } catch {
      if (askedFor === key) askedFor = ""; // asked again with the next state, or once the connection is back
    }
    return undefined;
  }

  function hide() {
    shown = null;
    askedFor = "";
    panel.hidden = true;
    panel.parentElement.classList.remove("has-receipt");
  }

  function render(run) {
    const isOpen = closed !== run.run_id;
    panel.hidden = !isOpen;
    panel.parentElement.classList.toggle("has-receipt", isOpen);
    find("receipt-run").textContent = titleOf(run).toLowerCase();
    find("receipt-title").textContent = headWords(shown);
    find("receipt-what").textContent = whatWords(shown) + unheardWords(shown);
    renderFigures();
    renderGain();
    const { length } = worse();
    find("receipt-show-worse").hidden = length === 0;
    find("receipt-show-worse").textContent = `Show the ${num(length)} worse`;
    renderUndo(run, state.get().server);
  }

  function renderUndo(run, { undo }) {
    taught = undo?.run_id === run.run_id ? undo.seq : null;
    find("receipt-undo").hidden = taught === null;
  }

  const worse = () => worseIds(shown, state.get().server.project.num_samples);

  function renderFigures() {
    const isNames = isOfNames(shown);
    const isMute = isNames && shown.num_flipped === null; // nothing was predicted before: there is nothing to tell
    for (const [id, isOff] of [["receipt-arrived", isNames], ["receipt-flipped", !isNames || isMute], ["receipt-better", isMute], ["receipt-worse", isMute]]) find(id).parentElement.hidden = isOff;
    find("receipt-flipped").textContent = Number.isFinite(shown.num_flipped) ? num(shown.num_flipped) : "–";
    const { num_named: named, num_moved: moved, num_arrived: arrived, drift, drift_share: share, wrong_to_right: better, right_to_wrong: worse } = shown;
    find("receipt-arrived").replaceChildren(num(arrived), el("span", { class: "cap" }, ` of ${num(moved)}`));
    find("receipt-arrived-bar").style.width = `${moved > 0 ? (100 * arrived) / moved : 0}%`;
    find("receipt-drift").textContent = drift === null ? "–" : drift.toPrecision(2);
    find("receipt-drift-share").textContent = share === null ? "" : `${Number(share.toPrecision(2))} × the map's radius`;
    for (const [id, number] of [["receipt-better", better], ["receipt-worse", worse]]) find(id).replaceChildren(...(number === null ? ["–"] : [num(number), el("span", { class: "cap" }, named ? " apart from the named" : " of known")]));
    find("receipt-better").toggleAttribute("data-none", !better);
    find("receipt-worse").toggleAttribute("data-none", !worse); // nothing got worse: no alarm
  }

  function renderGain() {
    const { accuracy_before: before, accuracy_after: after } = shown;
    find("receipt-accuracy").textContent = after === null ? "withheld" : `${before === null ? "" : `${percent(before)} → `}${percent(after)} %`;
    const { verdict, kind, words } = gainWords(shown);
    find("receipt-against").textContent = verdict ? againstWords(shown) : "";
    find("receipt-gain").replaceChildren(...(verdict ? [gainBar(differenceOf(shown))] : []));
    find("receipt-verdict").hidden = verdict === null;
    find("receipt-verdict").className = `chip ${kind}`;
    find("receipt-verdict").textContent = verdict ?? "";
    find("receipt-words").textContent = [words, renamedWords(shown), untaughtWords(shown), byHandSentence(shown.num_by_hand, shown.num_known), byLabelChange(shown)].filter(Boolean).join(" ");
  }

  function gainBar(gain) {
    const places = gainPlaces(gain);
    const put = (name, left, text = "") => {
      const node = el("span", { class: name }, text);
      node.style.left = `${left}%`;
      return node;
    };
    const range = put("gain-range", places.low);
    range.style.width = `${places.high - places.low}%`;
    const isApart = Math.abs(places.mean - places.none) > APART;
    const ends = places.high - places.low > APART ? [put("gain-end", places.low, points(gain.low)), put("gain-end", places.high, points(gain.high))] : [];
    return el("div", { class: "gain-line" }, [put("gain-none", places.none, isApart ? (isOfNames(shown) ? "before" : "no effect") : ""), put("gain-mean", places.mean, `${points(gain.mean)} points`),
      range, put("gain-dot", places.mean), ...ends]);
  }

  find("receipt-show-worse").addEventListener("click", () => actions.select(worse()), { signal });
  find("receipt-undo").addEventListener("click", () => actions.undoOf(taught), { signal });
  find("receipt-close").addEventListener("click", () => {
    closed = shown.run_id;
    render(runWithReceipt(state.get().server.runs));
  }, { signal });
  return state.subscribe(["server", "connection"], follow);
}
