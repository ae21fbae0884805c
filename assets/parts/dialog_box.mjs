// The one dialog: a native <dialog>, so the browser traps the focus, dims the page and closes it
// on Escape, and gives the focus back.
//
//   openDialog({title, content, actions?, class?, onClose?, onSubmit?}) -> {node, close(), say(sentence), aside(work)}
//     actions   nodes in the foot; onSubmit makes the dialog a form that Enter sends
//     say       shows one sentence above the foot ("" takes it away)
//     aside     out of the way, as it is, while some work goes on: what is asked beside the page can neither be reached nor have the focus below it
//   closeDialogs()   those that are open, as by Escape: the page they belong to is gone

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";

const open = new Set();
let opened = 0;

export const closeDialogs = () => [...open].forEach((close) => close());

/**
 * @param {{title: string, content: Node, actions?: Node[], class?: string, onClose?: () => void, onSubmit?: () => unknown}} dialog
 */
export function openDialog({ title, content, actions = [], class: className = "", onClose = () => {}, onSubmit }) {
  const error = el("p", { class: "field-error", role: "alert" });
  let isAside = false;
  const close = () => (isAside ? end() : node.close());
  const titleId = `dialog-title-${(opened += 1)}`; // one dialog may ask about another
  const form = el("form", { method: "dialog", novalidate: true, onsubmit: (event) => { event.preventDefault(); onSubmit?.(); } }, [
    el("header", {}, [el("h2", { id: titleId }, title), el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": "Close", onclick: close }, icon("close"))]),
    el("div", { class: "dialog-body" }, [content, error]),
    actions.length ? el("footer", {}, actions) : null,
  ]);
  const node = el("dialog", { class: `dialog ${className}`.trim(), "aria-labelledby": titleId }, form);
  // Only a press on the dimmed page: text drawn out of a field with the mouse ends there too.
  let pressed = null;
  node.addEventListener("pointerdown", (event) => { pressed = event.target; });
  node.addEventListener("click", (event) => { if (event.target === node && pressed === node) close(); });
  node.addEventListener("close", () => { if (!isAside && !node.open) end(); });
  function end() {
    if (!open.delete(close)) return;
    node.remove();
    onClose();
  }
  async function aside(work) {
    isAside = true;
    node.close();
    await work().finally(() => { isAside = false; });
    if (open.has(close)) node.showModal();
  }
  open.add(close);
  document.body.append(node);
  node.showModal();
  /** @type {HTMLInputElement} */ (node.querySelector("[autofocus]"))?.select?.();
  return { node, close, aside, say: (sentence) => { error.textContent = sentence; } };
}
