// What each window says of itself: Edit or Result, which run, and what waits for an Update.

import { isLive, titleOf } from "../parts/runstates.mjs";
import { num, samples } from "../parts/counting.mjs";
import { hasResult, isHeld, learnedSeq } from "../motion/panes.mjs";

/** Say what the network's window shows, whenever that is not simply the newest; null when it is. */
export function resultWords({ playback, server }) {
  const run = server?.runs.find((each) => each.run_id === playback.runId);
  if (!run) return null;
  const isLearning = playback.mode === "live" && isLive(run);
  if (isLearning) return { text: `learning, epoch ${Math.ceil(playback.epoch)}`, isLearning };
  return playback.mode === "live" ? null : { text: `${titleOf(run)}, epoch ${playback.epoch.toFixed(1)}`, isLearning };
}

/** How many moves the network has not learned from yet. */
export function numWaiting({ pins, base, server }) {
  const learned = learnedSeq(server?.runs, base?.runId);
  return pins.seqs.reduce((sum, seq) => sum + Number(seq > learned), 0);
}

/** What Edit says of itself: what is in the hand, which moment it shows, what waits. */
export function editWords(value) {
  const { base, shown, server, moving, pins } = value;
  if (moving > 0) return `moving ${samples(moving)}`;
  if (isHeld(value)) return `before ${titleOf(server.runs.find((each) => each.run_id === value.held)).toLowerCase()}`;
  const waiting = numWaiting({ pins, base, server });
  if (waiting > 0) return `${num(waiting)} moved, waiting for Update`;
  const run = server?.runs.find((each) => each.run_id === base?.runId);
  return run && base.runId !== shown?.runId ? `${titleOf(run)}, before this Update` : "";
}

export function mountPaneHeads({ state, map, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const tabs = [...root.querySelectorAll("[data-pane]")];
  const windows = [...root.querySelectorAll("[data-windows]")];

  function renderChip(chip, words) {
    chip.hidden = !words;
    chip.classList.toggle("accent", Boolean(words?.isLearning));
    if (words && chip.textContent !== words.text) chip.textContent = words.text;
  }

  function render(value) {
    const { server, isSplit, pane } = value;
    if (!server) return;
    const isReady = hasResult(server.runs);
    find("pane-tabs").hidden = isSplit || !isReady;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.pane === pane));
    find("windows").hidden = !isReady;
    for (const button of windows) button.setAttribute("aria-pressed", String((button.dataset.windows === "both") === isSplit));
    const words = resultWords(value);
    const isResult = !isSplit && pane === "result";
    tabs[1]?.firstElementChild?.toggleAttribute("hidden", isResult || !words);
    renderChip(find("map-caption"), value.peek && !isSplit ? { text: "before the last Update" } : isResult ? words : null);
    renderChip(find("result-caption"), words);
    const said = isResult ? "" : editWords(value);
    find("map-waiting").hidden = !said;
    find("map-waiting").textContent = said;
    find("map-newest").hidden = isResult || value.moving > 0 || !isHeld(value);
  }

  const choosePane = (event) => state.set({ pane: event.currentTarget.dataset.pane });
  for (const tab of tabs) tab.addEventListener("click", choosePane, { signal });
  find("map-newest").addEventListener("click", () => state.set({ held: null }), { signal });
  for (const button of windows) button.addEventListener("click", () => map.choose(button.dataset.windows), { signal });
  return state.subscribe(["server", "playback", "pane", "isSplit", "pins", "base", "shown", "moving", "held", "peek"], render);
}
