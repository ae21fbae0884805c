// A replay: frame after frame, each epoch as long as it took, at the speed that was chosen.

import { blockAt, indexAt, lengthOf, stepFrom } from "./line.mjs";
import { TWEEN_MS, tweenMs } from "./pace.mjs";

const LEAST_REPLAY_MS = 80;
const NUM_AHEAD = 4;

export function createReplaying({ frames, line, playhead, screen, clock }) {
  let isLooping = false;

  function epochMs(runId) {
    const run = line.blocks().find((block) => block.run.run_id === runId)?.run;
    return tweenMs((run?.epoch_s ?? 0.3) * 1000) / playhead.speed();
  }

  const wayMs = (next, from) => epochMs(next.runId) * Math.min(1, Math.max(0.1, next.pos - from));

  /** The next frame to show; those too close to tell apart at this speed are passed over. */
  function nextFrom(from) {
    const all = line.frames();
    let i = indexAt(all, from) + 1;
    if (from < 0 || !all[i]) return all[i];
    const reach = from + LEAST_REPLAY_MS / epochMs(all[i].runId);
    while (all[i + 1] && all[i + 1].pos <= reach) i += 1;
    return all[i];
  }

  function rewind() {
    playhead.setPos(-1);
    return nextFrom(-1);
  }

  function prefetch() {
    const from = indexAt(line.frames(), playhead.pos()) + 1;
    for (const frame of line.frames().slice(from, from + NUM_AHEAD)) frames.load(frame).catch(() => {});
  }

  const isAtEnd = () => stepFrom(line.frames(), playhead.pos(), 1) === null || playhead.pos() >= lengthOf(line.blocks());

  /** Show what follows, from the start where the end was reached, to the end of the line or as long as it is wanted. */
  async function play(isWanted) {
    if (isAtEnd()) playhead.setPos(-1);
    while (isWanted()) {
      const next = nextFrom(playhead.pos()) ?? (isLooping ? rewind() : null);
      if (!next) return;
      const ms = playhead.pos() < 0 ? 0 : wayMs(next, playhead.pos());
      await screen.show(next, ms, "linear");
      prefetch();
      await clock.wait(ms || TWEEN_MS.least);
    }
  }

  /** Where a replay gets from a place in so many ms; past the frames that are listed here each epoch takes its time. */
  function reachIn(from, ms) {
    let [at, left] = [from, ms];
    for (let next = nextFrom(at); next; next = nextFrom(at)) {
      const takes = wayMs(next, at);
      if (takes >= left) return at + ((next.pos - at) * left) / takes;
      [at, left] = [next.pos, left - takes];
    }
    return at + left / epochMs(blockAt(line.blocks(), at)?.run.run_id);
  }

  /** Whether a replay begins anew at its end. */
  function setLoop(isOn) {
    isLooping = isOn;
  }

  return { play, isAtEnd, reachIn, setLoop };
}
