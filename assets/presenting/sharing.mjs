// The view of a page as a value that travels: read on one screen, taken on another.
// It is a bookmark's view (review/bookmarks.mjs) with what only matters live: the play state and the colours.
//
//   createSharing({page, state, map, player, select, setColor, chooseStep?, goLive?, now?}) -> {read(), samples(), apply(view), applySamples(text), forget(), leave()}

import { fromBase64, packIds, toBase64, unpackIds } from "../parts/codec.mjs";
import { fitStance, isOfKind, sizeOf } from "./sight.mjs";

const GLIDE_MS = 110;
/** A replay is put right when it is off by more epochs than this, and than it fell behind while it was put right last. */
const DRIFT = 1.5;
const MOST_BEHIND = 20; // epochs
/** What it fell behind counts less and less: the line may be faster by now. */
const FADES_MS = 20_000;

/** What of the state a view is read from. */
export const VIEW_KEYS = ["view", "shown", "playback", "colorMode", "chosen", "pane"];

export function createSharing({ page, state, map, player, select, setColor, chooseStep, goLive = player.goLive, now = () => performance.now() }) {
  let lastTime = "";
  let under = null; // the replay that is being put right: where the presenter is meanwhile
  let behind = 0; // epochs that the presenter played on while it was put right
  let rightAt = 0; // when that was, in ms
  let colors = null; // {own, theirs}: what points were coloured by before, and what whoever presents made of it
  let packedOf = null;
  let packed = "";

  const sizeNow = () => sizeOf(state.get().view);

  function read() {
    const { history, chosen, shown, colorMode, playback, pane } = state.get();
    const { mode, speed, runId, epoch } = playback;
    const frame = shown ? { run_id: shown.runId, n: shown.n } : {};
    const step = history ? { step_id: chosen ?? history.here } : {};
    return { page, ...step, ...frame, ...(pane ? { pane } : {}), stance: map.stance, size: sizeNow(), color_mode: colorMode, time: { mode, speed, run_id: runId, epoch } };
  }

  /** What is selected, packed; the same text as long as it is the same selection. */
  function samples() {
    const { selection, dataset } = state.get();
    if (selection.ids !== packedOf) {
      packedOf = selection.ids;
      packed = packedOf.length ? toBase64(packIds(packedOf, dataset.num_samples)) : "";
    }
    return packed;
  }

  function apply(view) {
    const { latentDim, pane } = state.get();
    if (view.color_mode) applyColor(view.color_mode);
    if (view.pane && pane && view.pane !== pane) state.set({ pane: view.pane });
    if (view.page === page) chooseStep?.(view.step_id ?? null);
    const of = view.stance?.of;
    if (isOfKind(of, latentDim)) map.adopt({ of: fitStance(of, view.size, sizeNow()), isUsers: true }, GLIDE_MS);
    if (view.time) applyTime(view.time);
  }

  function applyColor(theirs) {
    const { colorMode } = state.get();
    if (colorMode === theirs) return;
    colors = { own: colors && colorMode === colors.theirs ? colors.own : colorMode, theirs };
    setColor(theirs);
  }

  /** Nobody leads any more: points have their own colours again, unless others were chosen meanwhile. */
  function leave() {
    if (colors && state.get().colorMode === colors.theirs) setColor(colors.own);
    colors = null;
  }

  /** The place in time is a run and an epoch of it: positions on the line differ between steps of the history. */
  function applyTime({ mode, speed, run_id: runId, epoch }) {
    const { playback } = state.get();
    const block = player.blocks().find(({ run }) => run.run_id === runId);
    if (mode !== "replay") under = null;
    if (mode === "live") {
      lastTime = "";
      if (playback.mode !== "live") goLive();
    } else if (block) {
      const pos = block.start + Math.min(epoch, block.span);
      const told = `${mode} ${runId} ${epoch}`;
      if (mode === "replay") replay(pos, speed);
      else if (told !== lastTime || playback.mode !== mode) player.seek(pos); // also from a step that was looked at here meanwhile
      lastTime = told;
    }
  }

  /**
   * Each screen plays by itself, so that points move there as smoothly as here. On a slow line a place is there when the
   * presenter is past it: it is waited for all the same, and what that takes is no reason to look for another.
   */
  function replay(pos, speed) {
    const { playback } = state.get();
    if (speed && playback.speed !== speed) player.setSpeed(speed);
    if (under) under.pos = pos;
    else if (playback.mode !== "replay" || Math.abs(playback.pos - pos) > DRIFT + 2 * stillBehind()) putRight(pos);
  }

  const stillBehind = () => behind * Math.max(0, 1 - (now() - rightAt) / FADES_MS);

  /** Where the presenter meanwhile went elsewhere, and did not play on, the place is looked for once more. */
  async function putRight(pos, isAgain = false) {
    const mine = under = { pos };
    const since = now();
    const isThere = await player.seek(pos); // not where whoever presents has paused meanwhile
    if (under !== mine) return undefined;
    under = null;
    rightAt = now();
    const moved = mine.pos - pos;
    const played = player.reachIn(pos, rightAt - since) - pos;
    const hasJumped = moved < -DRIFT || moved > played + DRIFT;
    behind = hasJumped ? 0 : Math.min(MOST_BEHIND, Math.max(0, moved));
    if (!isThere) return undefined;
    return hasJumped && !isAgain ? putRight(mine.pos, true) : player.replay();
  }

  function applySamples(text) {
    const { dataset } = state.get();
    select(text ? unpackIds(fromBase64(text), dataset.num_samples) : new Uint32Array(0));
  }

  return { read, samples, apply, applySamples, leave, forget() { lastTime = ""; under = null; behind = 0; } };
}
