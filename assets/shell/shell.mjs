// Everything around the page in one call, for main.mjs.
//
//   startShell({onTheme, openAccount}) -> {keys, theme, session: Promise<{name, author_id}>}
//   refreshShell()           asks the server again for the project's name, counts and menu

import { needOfKey, startRights, whyNot } from "./rights.mjs";
import { createKeys } from "./keys.mjs";
import { startOffering } from "./offering.mjs";
import { initSession, refreshSession } from "./session.mjs";
import { initTheme } from "./theme.mjs";
import { initTips } from "./tips.mjs";
import { showToast } from "./toasts.mjs";

export function refreshShell() {
  window.dash_clientside?.set_props?.("shell-refresh", { data: Date.now() });
}

/** A page's callback puts {text, kind?} into its store; it is shown once. */
function toast(data) {
  if (data?.text) showToast(data);
  return window.dash_clientside.no_update;
}

/** Say to assistive technology which page is open; Bootstrap's link only says it to the eye. */
function markPage() {
  for (const link of document.querySelectorAll(".rail a")) {
    if (link.classList.contains("active")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** The menu of the projects counts what is named now. */
const freshen = ({ target }) => { if (target.closest?.(".project-button")) refreshShell(); };

/** Whether the role does not allow a key; it is said. */
function refuse(entry) {
  const need = needOfKey(entry);
  const words = need ? whyNot(need) : "";
  if (words) showToast({ text: words });
  return Boolean(words);
}

export function startShell({ onTheme, openAccount }) {
  initTips();
  startRights();
  startOffering();
  new MutationObserver(markPage).observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
  window.lodemapBridge?.provide({ toast });
  document.addEventListener("pointerdown", freshen);
  // Another tab may have renamed or added a project meanwhile, or changed the display name.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refreshShell();
    refreshSession();
  });
  return { keys: createKeys({ refuse }), theme: initTheme(onTheme), session: initSession(openAccount) };
}
