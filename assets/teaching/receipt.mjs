// What a gesture did, told honestly: read once a run has finished with moves or new names, and again when its gain is
// measured. Moves are compared with the same run without them; names alone with the map before, and that is said.

import { samples } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { isLive } from "../motion/line.mjs";
import { livingClasses } from "../mappage/view.mjs";
import { NO_CLASS } from "../mappage/look.mjs";
import { titleOf } from "./runpanel.mjs";

const KIND = { "real gain": "ok", harm: "error", "no effect": "", "may be chance": "warn" };
const WORDS = {
  "real gain": "The 95 % interval is above no effect: the network is right more often because of what you moved.",
  harm: "The 95 % interval is below no effect: the network is right less often because of what you moved. Undo the run, or move other samples.",
  "no effect": "Whatever it did to the map, it did nothing to what the network believes of samples it never saw.",
  "may be chance": "The 95 % interval includes no effect. Name or move more samples near the border to find out.",
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

const points = (share) => `${share >= 0 ? "+" : "−"}${Math.abs(100 * share).toFixed(1)}`.replace("+0.0", "±0.0");
const percent = (share) => (100 * share).toFixed(1);

/** The run whose receipt is worth showing: the last on the line, once it has one. */
export function runWithReceipt(runs) {
  const last = (runs ?? []).filter((run) => run.on_line).sort((a, b) => a.number - b.number).at(-1);
  return last?.has_receipt && !isLive(last) ? last : null;
}

/** "You moved 24 samples and named 213."; of somebody else's run without saying who: several may have. */
export function whatWords({ num_moved: moved, num_named: named }, isMine = true) {
  const deeds = [["moved", moved], ["named", named]].filter(([, count]) => count > 0);
  if (deeds.length === 0) return isMine ? "You gave classes a new place." : "Classes were given a new place.";
  const told = (verb, count, nth) => (isMine ? [verb, nth === 0 ? samples(count) : count.toLocaleString("en")] : [nth === 0 ? `${samples(count)} ${count === 1 ? "was" : "were"}` : count.toLocaleString("en"), verb]).join(" ");
  const words = deeds.map(([verb, count], nth) => told(verb, count, nth)).join(" and ");
  return isMine ? `You ${words}.` : `${words}.`;
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

/** What to say of the gain: {verdict, kind, words}; no verdict while it is measured or withheld. */
export function gainWords(receipt) {
  const { gain, control, message } = receipt;
  if (isOfNames(receipt)) return changeWords(receipt);
  if (!gain) return { verdict: null, kind: "", words: control === "waiting" ? "Measuring against the same run without your moves." : message };
  if (gain.verdict === null) return { verdict: null, kind: "", words: `Withheld. ${gain.reason}` };
  return { verdict: gain.verdict, kind: KIND[gain.verdict], words: WORDS[gain.verdict] };
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

/** The samples whose prediction was right before and is wrong now. */
export function becameWrong(before, after, truth) {
  const ids = [];
  for (let id = 0; id < truth.length; id += 1) {
    if (truth[id] >= 0 && before[id] === truth[id] && after[id] !== truth[id]) ids.push(id);
  }
  return Uint32Array.from(ids);
}

/** What each sample is measured against: its name, else the data set's label where a class has that name. */
export function truthOf({ named, label, dataset, classes }) {
  const byName = new Map(livingClasses(classes).map((each) => [each.name.trim().toLowerCase(), each.class_index]));
  const own = dataset.class_names.map((name) => byName.get(name.trim().toLowerCase()) ?? NO_CLASS);
  return named.map((value, id) => (value >= 0 ? value : own[label[id]] ?? NO_CLASS));
}

export function mountReceipt({ state, api, player, actions, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const panel = find("receipt");
  let shown = null; // the receipt on screen
  let askedFor = ""; // run and how far its measuring was, so that each is asked for once
  let closed = null; // run whose receipt was closed

  async function follow({ server }) {
    const run = runWithReceipt(server?.runs);
    if (!run) return hide();
    const key = `${run.run_id}/${run.has_receipt}/${shown?.run_id === run.run_id && shown.control === "waiting" ? server.digest : ""}`;
    if (key === askedFor) return undefined;
    askedFor = key;
    try {
      const receipt = await api.receipt(run.run_id);
      if (runWithReceipt(state.get().server.runs)?.run_id !== run.run_id) return undefined;
      shown = receipt;
      render(run);
    } catch {
      askedFor = ""; // asked again with the next state
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
    find("receipt-what").textContent = whatWords(shown, run.is_mine !== false);
    renderFigures();
    renderGain();
    const worse = shown.right_to_wrong ?? 0;
    find("receipt-show-worse").hidden = worse === 0;
    find("receipt-show-worse").textContent = `Show the ${worse.toLocaleString("en")} worse`;
    find("receipt-undo").hidden = state.get().server.undo?.run_id !== run.run_id;
  }

  function renderFigures() {
    const isNames = isOfNames(shown);
    const isMute = isNames && shown.num_flipped === null; // nothing was predicted before: there is nothing to tell
    for (const [id, isOff] of [["receipt-arrived", isNames], ["receipt-flipped", !isNames || isMute], ["receipt-better", isMute], ["receipt-worse", isMute]]) find(id).parentElement.hidden = isOff;
    find("receipt-flipped").textContent = Number.isFinite(shown.num_flipped) ? shown.num_flipped.toLocaleString("en") : "–";
    const { num_moved: moved, num_arrived: arrived, drift, drift_share: share, wrong_to_right: better, right_to_wrong: worse } = shown;
    find("receipt-arrived").replaceChildren(arrived.toLocaleString("en"), el("span", { class: "cap" }, ` of ${moved.toLocaleString("en")}`));
    find("receipt-arrived-bar").style.width = `${moved > 0 ? (100 * arrived) / moved : 0}%`;
    find("receipt-drift").textContent = drift === null ? "–" : drift.toPrecision(2);
    find("receipt-drift-share").textContent = share === null ? "" : `${percent(share)} % of the map`;
    find("receipt-better").textContent = better === null ? "–" : better.toLocaleString("en");
    find("receipt-worse").textContent = worse === null ? "–" : worse.toLocaleString("en");
    find("receipt-worse").toggleAttribute("data-none", !worse); // nothing got worse: no alarm
  }

  function renderGain() {
    const { accuracy_before: before, accuracy_after: after } = shown;
    find("receipt-accuracy").textContent = after === null ? "withheld" : `${before === null ? "" : `${percent(before)} → `}${percent(after)} %`;
    const { verdict, kind, words } = gainWords(shown);
    find("receipt-gain").replaceChildren(...(verdict ? [gainBar(differenceOf(shown))] : []));
    find("receipt-verdict").hidden = verdict === null;
    find("receipt-verdict").className = `chip ${kind}`;
    find("receipt-verdict").textContent = verdict ?? "";
    find("receipt-words").textContent = words;
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

  async function showWorse() {
    const value = state.get();
    const run = runWithReceipt(value.server.runs);
    const [before, after] = await Promise.all([player.loadBefore(run.run_id), player.loadLast(run.run_id)]);
    if (before?.prediction && after?.prediction) actions.select(becameWrong(before.prediction, after.prediction, truthOf(value)));
  }

  find("receipt-show-worse").addEventListener("click", () => showWorse(), { signal });
  find("receipt-undo").addEventListener("click", () => actions.undo(), { signal });
  find("receipt-close").addEventListener("click", () => {
    closed = shown.run_id;
    render(runWithReceipt(state.get().server.runs));
  }, { signal });
  return state.subscribe(["server"], follow);
}
