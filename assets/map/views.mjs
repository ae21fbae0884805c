/**
 * Which way of seeing a map has: two axes are seen flat, three in space. Both ways are of one form.
 *
 * @typedef {import("./flat_view.mjs").FlatView | import("./space/space_view.mjs").SpaceView} View
 */
import { FlatView } from "./flat_view.mjs";
import { SpaceView } from "./space/space_view.mjs";

/**
 * @param {2 | 3} latentDim
 * @param {import("./stage.mjs").Stage} stage
 * @param {import("./overlay.mjs").Overlay} overlay
 * @param {{onRegion: (region: import("./hands.mjs").Region, mode: import("./hands.mjs").Mode) => void, onStir: () => void}} tell
 * @param {View} [before] what it takes the place of
 * @returns {View}
 */
export function viewOf(latentDim, stage, overlay, { onRegion, onStir }, before) {
  const onDraft = (path) => overlay.setDraft(path);
  const tell = { onRegion, onDraft, onStir };
  const view = latentDim === 3 ? new SpaceView(stage, overlay.root, tell) : new FlatView(stage, overlay.root, tell);
  before?.destroy();
  view.tool = before?.tool ?? "pan";
  view.isFollowing = before?.isFollowing ?? false;
  return view;
}
