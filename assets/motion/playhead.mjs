// Where on the line one is, and in which way: live, paused or replayed. Each command begins a turn of its own, and what comes
// late of an older one is dropped.
//
//   createPlayhead({line, onPlayback}) -> {mode(), speed(), pos(), setPos(pos), setSpeed(value), report(), command(mode) -> isWanted, turn() -> isWanted}
//     pos          in epochs of the line; -1 before its first frame
//     command      begins a turn; `isWanted()` says whether it is still the last one
//     turn         the same of the turn that is on
//     onPlayback   hears {mode, speed, pos, runId, epoch} at each command, and when `report` is called

import { blockAt } from "./line.mjs";

export function createPlayhead({ line, onPlayback }) {
  const stands = { mode: "live", speed: 1, pos: 0 };
  let current = 0; // grows with every command

  function report() {
    const block = blockAt(line.blocks(), stands.pos);
    onPlayback({ ...stands, runId: block?.run.run_id ?? null, epoch: stands.pos - (block?.start ?? 0) });
  }

  function turn() {
    const mine = current;
    return () => mine === current;
  }

  return {
    mode: () => stands.mode,
    speed: () => stands.speed,
    pos: () => stands.pos,
    setPos(pos) { stands.pos = pos; },
    setSpeed(value) { stands.speed = value; },
    report,
    turn,
    command(mode) {
      current += 1;
      stands.mode = mode;
      report();
      return turn();
    },
  };
}
