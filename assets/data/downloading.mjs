// Exports that are made while one waits: how much has come, a way to stop, and a sentence where they cannot be.
//
//   mountDownloads({root, send, onError}) -> stop()       links of exports but archives, which may be larger than memory

import { fetchFile } from "../shell/fetchfile.mjs";
import { saveFile } from "../shell/savefile.mjs";
import { sizeOf } from "../parts/counting.mjs";

const LINKS = ".export-files a:not([data-size])";

export function mountDownloads({ root, send, onError }) {
  const going = new Map(); // link -> its controller

  function show(link, words) {
    link.dataset.word ??= link.textContent;
    link.classList.toggle("busy-link", words !== null);
    link.replaceChildren(words ?? link.dataset.word);
    link.dataset.tip = words === null ? "" : "Press again to stop";
    if (words === null) link.removeAttribute("aria-busy");
    else link.setAttribute("aria-busy", "true");
  }

  async function take(link) {
    const controller = new AbortController();
    going.set(link, controller);
    show(link, "Making it");
    const onBytes = (come) => show(link, sizeOf(come));
    try {
      const { name, blob } = await fetchFile({ send, path: link.getAttribute("href"), signal: controller.signal, onBytes });
      controller.signal.throwIfAborted();
      saveFile(blob, name);
    } catch (error) {
      if (!controller.signal.aborted) onError(error, "It could not be saved");
    } finally {
      going.delete(link);
      show(link, null);
    }
  }

  function press(event) {
    const link = event.target.closest?.(LINKS);
    if (!link?.getAttribute("href") || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (going.has(link)) going.get(link).abort(new DOMException("Ended.", "AbortError"));
    else take(link);
  }

  root.addEventListener("click", press);
  return () => {
    root.removeEventListener("click", press);
    for (const controller of going.values()) controller.abort(new DOMException("Ended.", "AbortError"));
  };
}
