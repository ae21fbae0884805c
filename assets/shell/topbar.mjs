// Keeps the top bar true: another tab may have renamed the project, or the person.

import { adoptSession } from "./session.mjs";
import { refreshShell } from "./shell.mjs";

export function mountTopBar({ state }) {
  let known = null;

  function render({ server, session }) {
    if (session) adoptSession(session);
    if (!server) return;
    const { name, archived } = server.project;
    const now = JSON.stringify([name, archived]);
    if (known !== null && now !== known) refreshShell();
    known = now;
  }

  return state.subscribe(["server", "session"], render);
}
