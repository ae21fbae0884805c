// The bar along the top of the map: what stands in the way of teaching, as long as it does.

const OFFLINE = "Connection lost. Your gestures are kept here and sent when it is back.";
const NO_WORKER = "No worker is connected. Your gestures are kept, and learning starts when one is back.";
const FAILED = "The worker could not start. Your gestures are kept; its log says why.";
const ARCHIVED = "This project is archived: look at it as you like. To change it, bring it back on the Projects page.";
/** A worker is silent for a moment when it starts, or when another takes its place. */
const PATIENCE_MS = 5000;

/** The sentence of a lost connection, with how much waits. */
export function offlineWords(waiting) {
  if (waiting === 0) return OFFLINE;
  return `${OFFLINE} ${waiting} ${waiting === 1 ? "waits" : "wait"}.`;
}

/** What is wrong with whoever should train, "" when nothing is. */
export function workerWords(worker) {
  if (worker?.state === "failed") return worker.message || FAILED;
  if (!worker || worker.state === "absent") return worker?.message || NO_WORKER;
  return worker.message || ""; // it is well, but nobody can tell it of a run
}

/**
 * Show the bar while there is something to say.
 * @returns {() => void} takes the bar's listeners away
 */
export function mountBar({ state, root, patienceMs = PATIENCE_MS, lost = offlineWords }) {
  const bar = root.querySelector("#map-offline");
  let timer = 0;
  let hasWaited = false;

  function watch(isMissing) {
    if (!isMissing) {
      clearTimeout(timer);
      timer = 0;
      hasWaited = false;
    } else if (!hasWaited) {
      timer ||= setTimeout(() => { hasWaited = true; render(state.get()); }, patienceMs);
    }
  }

  function wordsOf({ connection, waiting, server }) {
    if (connection === "lost") return lost(waiting);
    if (server?.project.archived) return ARCHIVED;
    const words = server ? workerWords(server.worker) : "";
    watch(words === NO_WORKER);
    return words === NO_WORKER && !hasWaited ? "" : words;
  }

  function render(value) {
    const words = wordsOf(value);
    bar.hidden = words === "";
    // Set only when it differs: a live region says anew whatever is written into it.
    if (bar.textContent !== words) bar.textContent = words;
  }

  const stop = state.subscribe(["connection", "waiting", "server"], render);
  return () => {
    stop();
    clearTimeout(timer);
  };
}
