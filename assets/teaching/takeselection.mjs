// The selection alone as a file: a button in the bar under it, and its menu.

import { packIds, toBase64 } from "../parts/codec.mjs";
import { el } from "../parts/elements.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { fetchFile } from "../shell/fetchfile.mjs";
import { saveFile } from "../shell/savefile.mjs";
import { icon } from "../parts/icons.mjs";
import { openMenu } from "../parts/menu.mjs";

/** What there is of a selection: [words, file]. Without a map nothing is predicted, and nothing lies anywhere. */
export const KINDS = [
  ["Names as CSV", "annotations.csv"],
  ["Names as Parquet", "annotations.parquet"],
  ["Predictions as CSV", "predictions.csv"],
  ["Predictions as Parquet", "predictions.parquet"],
  ["Places as CSV", "embedding.csv"],
  ["Places as NPY", "embedding.npy"],
];

/** The request for a file of some samples: {path, init}. */
export function requestOf(projectId, file, ids, numSamples) {
  const samples = toBase64(packIds(Uint32Array.from(ids).sort(), numSamples));
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ samples }) };
  return { path: `/api/projects/${projectId}/exports/${file}`, init };
}

export function mountTakeSelection({ state, api, root, showToast }) {
  const controller = new AbortController();
  const button = el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-haspopup": "menu", "aria-label": "Save the selection", "data-tip": "Save the selection as a file", onclick: open }, icon("download"));
  root.querySelector("#selection-bar").lastElementChild.before(button);

  async function take(file) {
    const { selection, dataset, server } = state.get();
    const { path, init } = requestOf(server.project.project_id, file, selection.ids, dataset.num_samples);
    try {
      const { name, blob } = await fetchFile({ send: api.send, path, init, signal: controller.signal });
      saveFile(blob, name);
      showToast({ text: ["Saved as ", { strong: name }] });
    } catch (error) {
      if (!controller.signal.aborted) showToast({ kind: "error", title: "The selection could not be saved", text: sentenceOf(error) });
    }
  }

  function open() {
    const items = KINDS.map(([label, file]) => ({ label, icon: "download", run: () => take(file) }));
    openMenu(button, items, "Save the selection");
  }

  return () => controller.abort(new DOMException("Ended.", "AbortError"));
}
