// Which frame is on screen: followed live, paused, scrubbed or replayed. Here what people press comes to the part that does it.

import { blockAt, stepFrom } from "./line.mjs";
import { createFollowing } from "./following.mjs";
import { createKnownLine } from "./known_line.mjs";
import { createPlayhead } from "./playhead.mjs";
import { createReplaying } from "./replaying.mjs";
import { createScreen } from "./screen.mjs";
import { createSeeking } from "./seeking.mjs";
import { createSnapshots } from "./snapshots.mjs";
import { isLive } from "../parts/runstates.mjs";
import { TWEEN_MS } from "./pace.mjs";

/** @import {Frames, Picture, Playback} from "../records" */

/**
 * Play the frames of a project's line.
 * @param {object} options
 * @param {Frames} options.frames
 * @param {(places: Float32Array, ms: number, ease: import("../map/tween.mjs").Ease) => void} options.draw positions, ms (0 cuts), ease
 * @param {(picture: Picture) => void} options.onShown hears {frame, opinion, at} for each picture; at.part: of the way to the next frame
 * @param {(playback: Playback) => void} options.onPlayback hears {mode, speed, pos, runId, epoch}
 * @param {(runId: string) => Promise<void>} options.needIndex asks for the frame list of an older run
 * @param {(error: Error) => void} options.onError
 * @param {ReturnType<typeof timers>} [options.clock]
 */
export function createPlayer({ frames, draw, onShown, onPlayback, needIndex, onError, clock = timers() }) {
  const line = createKnownLine();
  const playhead = createPlayhead({ line, onPlayback });
  const { newestAt, ...loaders } = createSnapshots({ frames, needIndex, line });
  const screen = createScreen({ frames, playhead, newestAt, draw, onShown, clock });
  const { follow, goLive, setHead } = createFollowing({ line, playhead, screen, onError });
  const { play, isAtEnd, reachIn, setLoop } = createReplaying({ frames, line, playhead, screen, clock });
  const seek = createSeeking({ line, playhead, screen, needIndex, onError, clock });

  const needAll = () => Promise.all(line.blocks().map(({ run }) => needIndex(run.run_id)));
  const isAnyRunning = () => line.blocks().some(({ run }) => isLive(run));

  async function replay() {
    const isWanted = playhead.command("replay");
    try {
      await needAll();
      if (!isWanted()) return;
      if (!(isAtEnd() && isAnyRunning())) await play(isWanted);
      if (isWanted()) goLive();
    } catch (error) {
      if (isWanted()) pause();
      onError(error);
    }
  }

  function pause() {
    playhead.command("paused");
  }

  /** Show the frame before or after by whole epochs. */
  async function step(direction) {
    const isWanted = playhead.command("paused");
    await needAll().catch(onError);
    if (!isWanted()) return;
    const next = stepFrom(line.frames(), playhead.pos(), direction);
    if (next) await screen.show(next, TWEEN_MS.least * 2, "out").catch(onError);
  }

  /** The block of the place in time: where a run ends and the next begins, that of what is on screen. */
  function blockHere() {
    const pos = playhead.pos();
    const isHere = ({ run, start, span }) => run.run_id === screen.runId() && start <= pos && pos <= start + span;
    return line.blocks().find(isHere) ?? blockAt(line.blocks(), pos);
  }

  /** Take in the runs and the head of a new state; who stands within a run stays there where those before it leave. */
  function setLine(runs, head) {
    const here = blockHere();
    line.setRuns(runs);
    setHead(head);
    const blockOf = (runId) => line.blocks().find(({ run }) => run.run_id === runId);
    const now = blockOf(here?.run.run_id);
    if (now && now.start !== here.start) {
      playhead.setPos(playhead.pos() + now.start - here.start);
      playhead.report();
    }
    const hasLeft = screen.runId() !== null && !blockOf(screen.runId());
    return hasLeft && playhead.mode() !== "live" ? goLive() : follow();
  }

  /** Take in newly listed frames of one run. */
  function addFrames(runId, list) {
    line.add(runId, list);
    return follow();
  }

  function setSpeed(value) {
    playhead.setSpeed(value);
    playhead.report();
  }

  function toggle() {
    const isMoving = playhead.mode() === "replay" || (playhead.mode() === "live" && isAnyRunning());
    return isMoving ? pause() : replay();
  }

  return {
    ...loaders, setLine, addFrames, pause, stop: pause, goLive, replay, toggle, seek, step, setLoop, setSpeed, reachIn,
    blocks: line.blocks,
    trackOf: line.trackOf,
    /** The newest snapshot at or before what is on screen, once the frames of its run are listed. */
    snapshot: () => newestAt(playhead.pos()),
  };
}

function timers() {
  return {
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
