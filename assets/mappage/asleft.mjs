// How the Map page was left in this tab: what was selected, the tool and the view. A look at another page or a reload loses
// none of it; whoever is handed a selection (shell/handover.mjs) gets that, and the view fitted to the points.
//
//   createAsLeft({projectId, numSamples, latentDim, person?, storage?})
//     read() -> {selection, tool, view}   view: {of, isUsers, size} of the first window, null for none
//     keep({selection, tool, view})       for the same person alone
//   mountAsLeft({state, map, asLeft, view}) -> destroy    gives the view back once there are points, keeps what is left

import { fromBase64, packIds, toBase64, unpackIds } from "../parts/codec.mjs";
import { EMPTY } from "../parts/selection.mjs";
import { axesOf, dot, plus } from "../map/space/pose.mjs";
import { poseOf } from "../map/space/lens.mjs";
import { fitStance, isOfKind, sizeOf } from "../presenting/sight.mjs";
import { keptByTab } from "../shell/storing.mjs";
import { personHere } from "../teaching/outbox.mjs";

/** @import {Stance} from "../records" */

const STORED = "lodemap.left.";
const TOOL = "lasso";

export function createAsLeft({ projectId, numSamples, latentDim, person = personHere(), storage = keptByTab }) {
  const item = `${STORED}${person ?? ""}.${projectId}`;

  function read() {
    const left = JSON.parse(storage.getItem(item) ?? "{}");
    const isSame = left.num_samples === numSamples;
    const view = isSame && isOfKind(left.view?.of, latentDim) ? left.view : null;
    return { tool: left.tool ?? TOOL, selection: isSame && left.samples ? selectionOf(left) : EMPTY, view };
  }

  const selectionOf = ({ samples, region, snapshot }) => ({ ids: unpackIds(fromBase64(samples), numSamples), region, snapshot });

  function keep({ selection: { ids, region, snapshot }, tool, view }) {
    // An outline in space is true of one turn of the eye, which the next page counts anew.
    const selected = ids.length > 0 ? { samples: toBase64(packIds(ids, numSamples)), region: region?.sight === undefined ? region : null, snapshot } : {};
    storage.setItem(item, JSON.stringify({ num_samples: numSamples, tool, view, ...selected }));
  }

  return { read, keep };
}

/**
 * Whether any of the points is in sight, however deep it lies.
 * @param {Stance} of a stance of the map: {x, y} flat, {angles, lens} in space
 * @param {Float32Array} embedding
 * @param {2 | 3} latentDim
 */
export function showsAny(of, embedding, latentDim) {
  const isIn = of.lens ? isWithinSpan(of) : (place) => [of.x, of.y].every(([low, high], axis) => place[axis] >= low && place[axis] <= high);
  for (let at = 0; at < embedding.length; at += latentDim) if (isIn(embedding.subarray(at, at + latentDim))) return true;
  return false;
}

/** @param {Stance} of */
function isWithinSpan({ angles, lens }) {
  const { right, up } = axesOf(poseOf(angles, lens).turn);
  return (place) => {
    const from = plus(place, lens.target, -1);
    return Math.hypot(dot(from, right), dot(from, up)) <= lens.span;
  };
}

export function mountAsLeft({ state, map, asLeft, view: left }) {
  const { main } = map;
  let view = left;
  let isGiven = left === null;

  /** Once: the map is drawn and has points, and nobody chose a view meanwhile, whoever presents or a hand. */
  function give({ view: seen, picture }) {
    isGiven = true;
    const { of, isUsers, size } = left;
    if (main.stance.isUsers || !showsAny(of, picture.embedding, picture.latentDim)) return;
    if (isUsers) main.adopt({ of: fitStance(of, size, sizeOf(seen)), isUsers });
    else if (of.angles) turn(of.angles);
  }

  /** The view of all points, from the side that was turned to. */
  function turn(angles) {
    main.adopt({ of: { angles, lens: main.stance.of.lens }, isUsers: false });
    map.fit(false);
  }

  function watch(value) {
    if (!value.view) return;
    if (!isGiven && value.picture) give(value);
    if (isGiven) view = { ...main.stance, size: sizeOf(value.view) };
  }

  const leave = () => asLeft.keep({ ...state.get(), view });
  addEventListener("pagehide", leave);
  const stop = state.subscribe(["view", "picture"], watch);
  return () => {
    stop();
    removeEventListener("pagehide", leave);
    leave();
  };
}
