// The playhead put somewhere by hand: one place is fetched at a time, the newest next.

import { betweenAt, blockAt, lengthOf } from "./line.mjs";
import { createTurns } from "./turns.mjs";

export function createSeeking({ line, playhead, screen, needIndex, onError, clock }) {
  const inTurn = createTurns(clock);

  function put(pos) {
    playhead.setPos(pos);
    playhead.report();
  }

  async function showPlace(isWanted, signal) {
    const block = blockAt(line.blocks(), playhead.pos());
    if (block) await needIndex(block.run.run_id);
    if (!isWanted()) return;
    const newest = line.newest();
    if (newest && newest.pos < playhead.pos()) put(newest.pos); // the rest is still to be learned
    if (newest) await screen.showBetween(betweenAt(line.frames(), playhead.pos()), isWanted, signal);
  }

  /** Pause at a place, in epochs. @returns {Promise<boolean>} whether nothing else was asked for meanwhile */
  return async function seek(pos) {
    const isWanted = playhead.command("paused");
    put(Math.min(Math.max(0, pos), lengthOf(line.blocks())));
    await inTurn(isWanted, (signal) => showPlace(isWanted, signal)).catch(onError);
    return isWanted();
  };
}
