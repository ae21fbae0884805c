// Before and after in one window: while the key or the button is held, the map shows what was before the last Update.

import { isHeld, teachingRun } from "./panes.mjs";

export const FLIP_KEY = "e";

/** The run whose before can be shown: the last Update that has brought a map, none while one teaches. Pure. */
export function flippable(server) {
  if (!server?.head || teachingRun(server.runs)) return null;
  const run = server.runs.find((each) => each.run_id === server.head.run_id);
  return run?.kind === "fine_tune" && run.on_line ? run : null;
}

export function mountFlipping({ state, player, keys, root, signal }) {
  const button = root.querySelector("#map-flip");
  let turn = 0; // grows with every press and release: a map that comes late is not shown

  /** What was before: the map that Edit is held on, with the moves it had, else the newest snapshot before the run. */
  async function before(run) {
    const { edit, latentDim } = state.get();
    if (isHeld(state.get())) return edit;
    const found = await player.loadBefore(run.run_id).catch(() => null);
    return found && { latentDim, ...found };
  }

  async function press() {
    const run = flippable(state.get().server);
    if (!run || turn % 2 === 1) return;
    turn += 1;
    const mine = turn;
    const found = await before(run);
    if (mine === turn && found) state.set({ peek: found });
  }

  function letGo() {
    if (turn % 2 === 0) return;
    turn += 1;
    state.set({ peek: null });
  }

  function render(value) {
    const isSeen = value.isSplit && isHeld(value); // Edit shows it already
    button.hidden = flippable(value.server) === null || isSeen;
    button.setAttribute("aria-pressed", String(value.peek !== null));
  }

  const isPress = ({ key }) => key === " " || key === "Enter";
  const onKeyDown = (event) => { if (isPress(event)) { event.preventDefault(); press(); } };
  const onKeyUp = ({ key }) => { if (key.toLowerCase() === FLIP_KEY || isPress({ key })) letGo(); };
  const unregister = keys.register(FLIP_KEY, { label: "The map before the last Update, while held", group: "See", when: () => !button.hidden, run: press });
  button.addEventListener("pointerdown", press, { signal });
  button.addEventListener("keydown", onKeyDown, { signal });
  document.addEventListener("keyup", onKeyUp, true);
  for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, letGo, true);
  globalThis.addEventListener("blur", letGo);
  const stop = state.subscribe(["server", "isSplit", "held", "base", "peek"], render);
  return () => {
    stop();
    unregister();
    document.removeEventListener("keyup", onKeyUp, true);
    for (const kind of ["pointerup", "pointercancel"]) document.removeEventListener(kind, letGo, true);
    globalThis.removeEventListener("blur", letGo);
  };
}
