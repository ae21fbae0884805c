// Invites in the People dialog: those there are, and another one, whose link is shown once.
//
//   mountInvites(api, {invites, project, projectName}, fail) -> node

import { copyField } from "../parts/copying.mjs";
import { el } from "../parts/elements.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { inviteWords, linkOf } from "./words.mjs";

const ROLES = ["viewer", "annotator", "trainer"];
const DAYS = [[1, "1 day"], [7, "7 days"], [30, "30 days"]];
const options = (pairs, chosen) => pairs.map(([value, words]) => el("option", { value, selected: value === chosen }, words));

function shownOnce(link) {
  const { nodes } = copyField(link, "Link of the invite");
  return el("div", { class: "notice ok copy-link" }, [el("span", {}, "Send this link. It is shown this once and kept nowhere."), ...nodes]);
}

function inviteRow(invite, revoke) {
  const words = inviteWords(invite, Date.now() / 1000);
  return el("li", { class: `people-row${invite.is_open ? "" : " muted"}`, "data-row": invite.invite_id }, [
    el("span", { class: "people-name" }, [el("span", { class: "strong" }, invite.role), el("span", { class: "cap clip", title: words }, words)]),
    invite.is_open ? el("button", { type: "button", class: "btn btn-light btn-sm", "data-control": "revoke", "aria-label": `Revoke the link for ${invite.role}, ${words}`, onclick: () => revoke(invite) }, "Revoke") : el("span", {}),
  ]);
}

export function mountInvites(api, { invites, project, projectName }, fail) {
  let known = invites;
  const list = el("ul", { class: "people-rows" });
  const place = el("div", { role: "status" });
  const role = el("select", { id: "invite-role", class: "form-select form-select-sm", "aria-label": "Role" }, options(ROLES.map((each) => [each, each]), "annotator"));
  const days = el("select", { id: "invite-days", class: "form-select form-select-sm", "aria-label": "How long the link works" }, options(DAYS, 7));
  const reach = el("select", { id: "invite-reach", class: "form-select form-select-sm", "aria-label": "For how many" }, options([["one", "for one"], ["many", "for many"]], "one"));
  const join = el("input", { id: "invite-project", type: "checkbox", class: "form-check-input" });
  const another = el("button", { type: "button", class: "btn btn-primary btn-sm", onclick: make }, "Make a link");

  async function revoke(invite) {
    try {
      await api.json(`/api/invites/${invite.invite_id}`, { method: "DELETE" });
      known = known.map((each) => (each === invite ? { ...each, is_open: false } : each));
      draw();
    } catch (error) {
      fail(error);
    }
  }
  async function make() {
    const body = { role: role.value, days: Number(days.value), is_for_many: reach.value === "many", project_id: join.checked ? project : null };
    try {
      const { secret, ...made } = await api.post("/api/invites", body);
      known = [made, ...known];
      place.replaceChildren(shownOnce(linkOf(secret, location.origin)));
      draw();
    } catch (error) {
      fail(error);
    }
  }
  function draw() {
    const open = known.filter((each) => each.is_open);
    redraw(list, open.map((invite) => inviteRow(invite, revoke)), another);
    list.hidden = open.length === 0;
  }
  draw();
  return el("div", { class: "stack" }, [
    el("div", { class: "invite-form" }, [role, days, reach, another]),
    project ? el("label", { class: "member-switch", for: join.id }, [join, el("span", { class: "clip" }, `Make them a member of ${projectName}`)]) : null,
    place,
    list,
  ]);
}
