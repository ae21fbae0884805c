// Where files come in: dropped on a zone, or chosen with a button.
//
//   mountDrop({zone, mayDrop?, onFolder?, onFiles, onError}) -> stop()   `onFiles` hears {path, file}[], `onError` why they cannot
//     be read; `mayDrop` is asked first, `onFolder` as of filesOfDrop; of what its signal ended nobody hears more
//   createChooser({isFolder?, isMultiple?, accept?, onFiles, onCancel?}) -> {open(), node}   `onCancel` hears that nothing was chosen
//   guardWindow() -> stop()                       a file let go beside a zone must not replace the page

import { el } from "../parts/elements.mjs";
import { SentenceError } from "../shell/errors.mjs";
import { filesOfDrop, filesOfInput } from "./choosing.mjs";

const UNREAD = "What was dropped cannot be read; it may have been moved. Choose it with the button.";

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/**
 * @param {{zone: HTMLElement, mayDrop?: () => boolean, onFolder?: Parameters<typeof filesOfDrop>[1], onFiles: (files: {path: string, file: File}[]) => void, onError: (error: Error) => void}} parts
 */
export function mountDrop({ zone, mayDrop = () => true, onFolder = () => ({}), onFiles, onError }) {
  let depth = 0; // entering a child leaves its parent: only the count says when the zone is left
  const mark = (isOver) => zone.classList.toggle("over", isOver);
  const listeners = {
    dragenter(event) { if (hasFiles(event)) { depth += 1; mark(true); } },
    dragleave(event) { if (hasFiles(event)) { depth = Math.max(0, depth - 1); mark(depth > 0); } },
    dragover(event) { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } },
    drop(event) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      mark(false);
      if (mayDrop()) read(event.dataTransfer);
    },
  };

  function read(transfer) {
    let signal;
    const begin = (name) => { const how = onFolder(name); ({ signal } = how); return how; };
    filesOfDrop(transfer, begin).then(onFiles, () => { if (!signal?.aborted) onError(new SentenceError(UNREAD)); });
  }

  for (const [name, run] of Object.entries(listeners)) zone.addEventListener(name, run);
  return () => { for (const [name, run] of Object.entries(listeners)) zone.removeEventListener(name, run); };
}

export function createChooser({ isFolder = false, isMultiple = false, accept = "", label, onFiles, onCancel = () => {} }) {
  const node = el("input", { type: "file", class: "sr-only", tabindex: "-1", "aria-label": label, multiple: isMultiple, webkitdirectory: isFolder, accept: accept || null });
  node.addEventListener("change", () => {
    const files = filesOfInput(node);
    node.value = ""; // the same file may be chosen again
    if (files.length > 0) onFiles(files);
  });
  node.addEventListener("cancel", onCancel);
  return { node, open: (types = accept) => { node.accept = types; node.click(); } };
}

export function guardWindow() {
  const refuse = (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  addEventListener("dragover", refuse);
  addEventListener("drop", refuse);
  return () => { removeEventListener("dragover", refuse); removeEventListener("drop", refuse); };
}
