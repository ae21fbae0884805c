// A link to send: copied where the browser lets pages copy, otherwise in a field to copy it from.
//
//   isCopied(text) -> Promise<boolean>
//   copyField(link, label) -> {nodes, copy()}     the field with its button, and a line that says what came of it

import { el } from "./elements.mjs";

export async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function copyField(link, label) {
  const field = el("input", { class: "form-control", type: "text", readonly: true, value: link, "aria-label": label, onfocus: (event) => event.target.select() });
  const told = el("span", { class: "cap", role: "status" });
  async function copy() {
    told.textContent = (await isCopied(link)) ? "The link is copied." : "This browser does not let pages copy; select the link and copy it yourself.";
  }
  return { copy, nodes: [el("div", { class: "copy-field" }, [field, el("button", { type: "button", class: "btn btn-sm", onclick: copy }, "Copy")]), told] };
}
