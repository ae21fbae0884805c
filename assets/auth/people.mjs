// The People dialog of admins: who comes here, invites, and whom this project is for.
//
//   openPeople() -> Promise       reads what it shows first

import { createApi } from "../shell/api.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { el } from "../parts/elements.mjs";
import { initials } from "../shell/session.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountInvites } from "./invites.mjs";
import { memberWords, personWords, removalWords } from "./words.mjs";

export const seconds = () => Date.now() / 1000;
/** The project in the address, or the one the rail leads to. */
function projectId() {
  const rail = document.querySelector(".rail a[href*='project=']");
  return new URL(rail?.href ?? location.href).searchParams.get("project");
}
const projectName = () => document.getElementById("shell-switcher-name")?.textContent ?? "";

function section(title, ...content) {
  return el("section", { class: "people-part" }, [el("h3", {}, title), ...content]);
}

function personRow(person, remove) {
  return el("li", { class: "people-row" }, [
    el("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name)),
    el("span", { class: "people-name" }, [
      el("span", { class: "strong clip" }, person.is_me ? `${person.name} (you)` : person.name),
      el("span", { class: "cap clip" }, personWords(person, seconds())),
    ]),
    el("span", { class: "chip" }, person.role),
    person.is_me ? el("span", {}) : el("button", { type: "button", class: "btn btn-light btn-sm", "aria-label": `Remove ${person.name}`, onclick: () => remove(person) }, "Remove"),
  ]);
}

/** The people; `onGone` hears that one is not here any more. */
function mountPeople(api, people, onGone, fail) {
  const list = el("ul", { class: "people-rows" });
  async function remove(person) {
    const isSure = await confirm({ title: `Remove ${person.name}?`, text: removalWords(person), action: "Remove", danger: true });
    if (!isSure) return;
    try {
      await api.json(`/api/people/${person.person_id}`, { method: "DELETE" });
      people = people.filter((each) => each !== person);
      draw();
      onGone(person);
    } catch (error) {
      fail(error);
    }
  }
  const draw = () => list.replaceChildren(...people.map((person) => personRow(person, remove)));
  draw();
  return list;
}

/** Whom the project is for: a switch, and its members. Each change is saved at once. */
function mountMembers(api, path, people, membership, fail) {
  let now = membership;
  const words = el("p", { class: "cap", role: "status" });
  const closed = el("input", { id: "project-closed", type: "checkbox", class: "form-check-input", role: "switch" });
  const list = el("ul", { class: "people-rows member-rows" });
  const boxes = new Map();

  function render() {
    closed.checked = now.is_closed;
    list.hidden = !now.is_closed;
    for (const [id, box] of boxes) box.checked = now.person_ids.includes(id);
    words.textContent = memberWords(now.is_closed, now.person_ids.length);
  }
  async function save(next) {
    try {
      now = await api.post(path, next);
    } catch (error) {
      fail(error);
    }
    render();
  }
  const toggle = (id, isIn) => save({ ...now, person_ids: isIn ? [...now.person_ids, id] : now.person_ids.filter((each) => each !== id) });

  /** Admins see every project, so only the others are asked about. */
  function draw(listed) {
    boxes.clear();
    list.replaceChildren(...listed.filter(({ role }) => role !== "admin").map((person) => {
      const box = el("input", { id: `member-${person.person_id}`, type: "checkbox", class: "form-check-input", onchange: (event) => toggle(person.person_id, event.target.checked) });
      boxes.set(person.person_id, box);
      return el("li", {}, el("label", { class: "member-row", for: box.id }, [box, el("span", { class: "clip" }, person.name), el("span", { class: "cap" }, person.role)]));
    }));
    now = { ...now, person_ids: now.person_ids.filter((id) => boxes.has(id)) };
    render();
  }
  closed.addEventListener("change", () => save({ ...now, is_closed: closed.checked }));
  draw(people);
  const node = el("div", { class: "stack" }, [el("label", { class: "member-switch", for: closed.id }, [closed, "For members only"]), words, list]);
  return { node, draw };
}

export async function openPeople(api = createApi()) {
  const project = projectId();
  const fail = (error) => showToast({ text: error.message, kind: "error" });
  try {
    const membersPath = `/api/projects/${project}/members`;
    const [{ people, has_invites: hasInvites }, membership] = await Promise.all([api.json("/api/people"), project ? api.json(membersPath) : null]);
    const invites = hasInvites ? (await api.json("/api/invites")).invites : null;
    const members = membership ? mountMembers(api, membersPath, people, membership, fail) : null;
    const onGone = (gone) => members?.draw(people.filter((each) => each !== gone));
    openDialog({
      title: "People",
      class: "dialog-wide people-dialog",
      content: el("div", { class: "people-parts" }, [
        section("Who comes here", mountPeople(api, people, onGone, fail)),
        el("div", { class: "people-side" }, [
          members ? section(projectName(), members.node) : null,
          invites ? section("Invites", mountInvites(api, { invites, project, projectName: projectName() }, fail)) : null,
        ]),
      ]),
    });
  } catch (error) {
    fail(error);
  }
}
