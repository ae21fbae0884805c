// Everything around the page in one call, for main.mjs.
//
//   startShell({onTheme}) -> {keys, theme, session: Promise<{name, author_id}>}
//   refreshShell()           asks the server again for the project's name, counts and menu

import { createKeys } from "./keys.mjs";
import { initSession } from "./session.mjs";
import { initTheme } from "./theme.mjs";
import { initTips } from "./tips.mjs";

export function refreshShell() {
  window.dash_clientside?.set_props?.("shell-refresh", { data: Date.now() });
}

export function startShell({ onTheme = () => {} } = {}) {
  initTips();
  // Another tab may have renamed or added a project meanwhile.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshShell(); });
  return { keys: createKeys(), theme: initTheme(onTheme), session: initSession() };
}
