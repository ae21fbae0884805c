// Presenter mode on the Review page.

import { mountPresenting } from "./presenting.mjs";

export function mountPresentingOnReview({ state, root, keys, stage, polling }) {
  return mountPresenting({
    page: "review", projectId: state.get().projectId, state, root, keys, map: stage.main, player: stage.player, goLive: stage.goLive, onNews: polling.ring, onCut: polling.cut,
    select: (ids) => state.set({ selection: { ids, region: null, snapshot: null } }),
    setColor: (colorMode) => state.set({ colorMode, hidden: new Set() }),
    chooseStep(stepId) {
      const { history, chosen } = state.get();
      const next = stepId === history.here ? null : stepId;
      if (next !== chosen && (next === null || history.steps.some((step) => step.step_id === stepId))) state.set({ chosen: next });
    },
  });
}
