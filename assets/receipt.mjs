// What a gesture did, told honestly: read once a run has finished with moves, and again when its gain is measured.

import { el } from "./elements.mjs";
import { isLive } from "./line.mjs";
import { livingClasses } from "./view.mjs";
import { NO_CLASS } from "./look.mjs";
import { titleOf } from "./runpanel.mjs";

const KIND = { "real gain": "ok", harm: "error", "no effect": "", "may be chance": "warn" };
const WORDS = {
  "real gain": "The 95 % interval is above no effect: the network is right more often because of what you moved.",
  harm: "The 95 % interval is below no effect: the network is right less often because of what you moved. Undo the run, or move other samples.",
  "no effect": "Whatever it did to the map, it did nothing to what the network believes of samples it never saw.",
  "may be chance": "The 95 % interval includes no effect. Name or move more samples near the border to find out.",
};

/** Two labels nearer than this share of the line would overlap. */
const APART = 30;

const points = (share) => `${share >= 0 ? "+" : "−"}${Math.abs(100 * share).toFixed(1)}`.replace("+0.0", "±0.0");
const percent = (share) => (100 * share).toFixed(1);
const samples = (count) => `${count.toLocaleString("en")} ${count === 1 ? "sample" : "samples"}`;

/** The run whose receipt is worth showing: the last on the line, once it has one. */
export function runWithReceipt(runs) {
  const last = (runs ?? []).filter((run) => run.on_line).sort((a, b) => a.number - b.number).at(-1);
  return last?.has_receipt && !isLive(last) ? last : null;
}

/** "You moved 24 samples and named 213." */
export function whatWords({ num_moved: moved, num_named: named }) {
  const parts = [...(moved > 0 ? [`moved ${samples(moved)}`] : []), ...(named > 0 ? [`named ${named.toLocaleString("en")}`] : [])];
  return parts.length > 0 ? `You ${parts.join(" and ")}.` : "You gave classes a new place.";
}

/** What to say of the gain: {verdict, kind, words}; no verdict while it is measured or withheld. */
export function gainWords({ gain, control, message }) {
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

export function mountReceipt({ state, api, player, actions, root }) {
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
    find("receipt-what").textContent = whatWords(shown);
    renderFigures();
    renderGain();
    const worse = shown.right_to_wrong ?? 0;
    find("receipt-show-worse").hidden = worse === 0;
    find("receipt-show-worse").textContent = `Show the ${worse.toLocaleString("en")} that got worse`;
    find("receipt-undo").hidden = state.get().server.undo?.run_id !== run.run_id;
  }

  function renderFigures() {
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
    const { accuracy_before: before, accuracy_after: after, gain } = shown;
    find("receipt-accuracy").textContent = after === null ? "withheld" : `${before === null ? "–" : percent(before)} → ${percent(after)} %`;
    const { verdict, kind, words } = gainWords(shown);
    find("receipt-gain").replaceChildren(...(verdict ? [gainBar(gain)] : []));
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
    return el("div", { class: "gain-line" }, [put("gain-none", places.none, isApart ? "no effect" : ""), put("gain-mean", places.mean, `${points(gain.mean)} points`),
      range, put("gain-dot", places.mean), ...ends]);
  }

  async function showWorse() {
    const value = state.get();
    const run = runWithReceipt(value.server.runs);
    const [before, after] = await Promise.all([player.loadBefore(run.run_id), player.loadLast(run.run_id)]);
    if (before?.prediction && after?.prediction) actions.select(becameWrong(before.prediction, after.prediction, truthOf(value)));
  }

  find("receipt-show-worse").addEventListener("click", () => showWorse());
  find("receipt-undo").addEventListener("click", () => actions.undo());
  find("receipt-close").addEventListener("click", () => {
    closed = shown.run_id;
    render(runWithReceipt(state.get().server.runs));
  });
  return state.subscribe(["server"], follow);
}
