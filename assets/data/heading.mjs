// What stands below the heading of the Data page.

import { roleOf, whyNot } from "../shell/rights.mjs";

/** Say why nothing can be brought in here, to whoever may not. @param {HTMLElement} root of the page */
export function tellWhyNot(root, role = roleOf()) {
  const why = whyNot("admin", role);
  const words = root.querySelector(".data-title-words");
  if (why && words) words.textContent = why;
}
