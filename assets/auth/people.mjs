// The People dialog of admins: who comes here, invites, and whom this project is for.
//
//   openPeople() -> Promise       reads what it shows first

import { createApi } from "../shell/api.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { stillWanted } from "../parts/stillwanted.mjs";
import { el } from "../parts/elements.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { initials } from "../shell/initials.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountInvites } from "./invites.mjs";
import { memberWords, personWords, removalWords } from "./words.mjs";

export const seconds = () => Date.now() / 1000;
/** The project in the address, or the one the rail leads to. */
function projectId() {
  const rail = /** @type {HTMLAnchorElement} */ (document.querySelector(".rail a[href*='project=']"));
  return new URL(rail?.href ?? location.href).searchParams.get("project");
}
const projectName = () => document.getElementById("shell-switcher-name")?.textContent ?? "";

function section(title, ...content) {
  return el("section", { class: "people-part" }, [el("h3", {}, title), ...content]);
}

const ROLES = ["viewer", "annotator", "trainer", "admin"];

/** The role, to choose another where it is given here. */
function roleField(person, give) {
  const roles = rolesFor(person);
  if (roles.length === 0) return el("span", { class: "chip" }, person.role);
  const options = roles.map((role) => el("option", { value: role, selected: role === person.role }, role));
  return el("select", { id: `role-${person.person_id}`, "data-control": "role", class: "form-select form-select-sm role-select", "aria-label": `Role of ${person.name}`, onchange: (event) => give(person, event.target.value) }, options);
}

/** The roles that somebody may be given; none where the role is their own, or comes with each sign-in. Pure. */
export function rolesFor({ origin, is_me: isMe }) {
  if (isMe || origin === "oidc" || origin === "proxy") return [];
  return origin === "invite" ? ROLES.slice(0, -1) : ROLES;
}

function personRow(person, remove, give) {
  return el("li", { class: "people-row", "data-row": person.person_id }, [
    el("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name)),
    el("span", { class: "people-name" }, [
      el("span", { class: "strong clip" }, person.is_me ? `${person.name} (you)` : person.name),
      el("span", { class: "cap clip" }, personWords(person, seconds())),
    ]),
    roleField(person, give),
    person.is_me ? el("span", {}) : el("button", { type: "button", class: "btn btn-light btn-sm", "data-control": "remove", "aria-label": `Remove ${person.name}`, onclick: () => remove(person) }, "Remove"),
  ]);
}

/** The people; `onChange` hears who they are now, whenever that changes. */
function mountPeople(api, people, onChange, fail) {
  const list = el("ul", { class: "people-rows", tabindex: "-1", "aria-label": "Who comes here" });
  async function remove(person) {
    const isSure = await confirm({ title: `Remove ${person.name}?`, text: removalWords(person), action: "Remove", danger: true });
    if (!isSure) return;
    try {
      await api.json(`/api/people/${person.person_id}`, { method: "DELETE" });
      show(people.filter((each) => each !== person));
    } catch (error) {
      fail(error);
    }
  }
  /** The role that was seen goes along: whoever has another one by now is shown anew. */
  async function give(person, role) {
    try {
      await api.post(`/api/people/${person.person_id}/role`, { role, was: person.role });
      show(people.map((each) => (each === person ? { ...each, role } : each)));
    } catch (error) {
      fail(error);
      const told = error.status === 409 || error.status === 404 ? await api.json("/api/people").catch(() => null) : null;
      show(told?.people ?? people);
    }
  }
  function show(now) {
    people = now;
    draw();
    onChange(people);
  }
  function draw() {
    redraw(list, people.map((person) => personRow(person, remove, give)), list);
  }
  draw();
  return list;
}

/**
 * Whom the project is for: a switch, and its members. Each change is sent at once, by itself, with
 * the version it was made on: a page of this morning must bring nobody back.
 */
function mountMembers(api, path, people, membership, fail) {
  let now = membership;
  let last = Promise.resolve();
  let numRefused = 0; // since somebody else had changed it
  const words = el("p", { class: "cap", role: "status" });
  const closed = el("input", { id: "project-closed", type: "checkbox", class: "form-check-input", role: "switch" });
  const list = el("ul", { class: "people-rows member-rows" });
  const boxes = new Map();

  function render() {
    closed.checked = now.is_closed;
    list.hidden = !now.is_closed;
    for (const [id, box] of boxes) box.checked = now.person_ids.includes(id);
    words.textContent = memberWords(now.is_closed, now.person_ids.filter((id) => boxes.has(id)).length);
  }
  /** One after the other, each on the version that the one before it left; boxes follow the last. */
  function inTurn(work) {
    const mine = last.then(work).then(() => { if (mine === last) render(); });
    last = mine;
  }
  const look = async () => { now = await api.json(path).catch(() => now); };
  function save(change) {
    const seen = numRefused;
    inTurn(async () => {
      if (seen !== numRefused) return; // chosen on what the change before it found to be old
      try {
        now = await api.post(path, { version: now.version, ...change });
      } catch (error) {
        fail(error);
        if (error.status !== 409) return;
        await look();
        numRefused += 1;
      }
    });
  }
  const toggle = (id, isIn) => save(isIn ? { add: [id] } : { remove: [id] });

  /** Admins see every project, so only the others are asked about. What was ticked and is on its way stays ticked. */
  function draw(listed) {
    const before = new Map([...boxes].map(([id, box]) => [id, box.checked]));
    boxes.clear();
    const rows = listed.filter(({ role }) => role !== "admin").map((person) => {
      const box = el("input", { id: `member-${person.person_id}`, type: "checkbox", class: "form-check-input", checked: before.get(person.person_id) ?? now.person_ids.includes(person.person_id), "data-control": "member", onchange: (event) => toggle(person.person_id, event.target.checked) });
      boxes.set(person.person_id, box);
      return el("li", { "data-row": person.person_id }, el("label", { class: "member-row", for: box.id }, [box, el("span", { class: "clip" }, person.name), el("span", { class: "cap" }, person.role)]));
    });
    redraw(list, rows, closed);
  }
  closed.addEventListener("change", () => save({ is_closed: closed.checked }));
  draw(people);
  render();
  const node = el("div", { class: "stack" }, [el("label", { class: "member-switch", for: closed.id }, [closed, "For members only"]), words, list]);
  return { node, draw, refresh: () => inTurn(look) };
}

export async function openPeople(api = createApi()) {
  const project = projectId();
  let box = null;
  // behind an open dialog nobody would see or hear a toast
  const fail = (error) => (box ? box.say(sentenceOf(error)) : showToast({ text: sentenceOf(error), kind: "error" }));
  const isWanted = stillWanted();
  try {
    const membersPath = `/api/projects/${project}/members`;
    const [{ people, has_invites: hasInvites }, membership] = await Promise.all([api.json("/api/people"), project ? api.json(membersPath) : null]);
    const invites = hasInvites ? (await api.json("/api/invites")).invites : null;
    if (!isWanted() || projectId() !== project) return;
    const members = membership ? mountMembers(api, membersPath, people, membership, fail) : null;
    // who was removed is in no membership any more, and who became an admin sees all
    const onChange = (now) => { members?.draw(now); members?.refresh(); };
    box = openDialog({
      title: "People",
      class: "dialog-wide people-dialog",
      onClose: () => { box = null; },
      content: el("div", { class: "people-parts" }, [
        section("Who comes here", mountPeople(api, people, onChange, fail)),
        el("div", { class: "people-side" }, [
          members ? section(projectName(), members.node) : null,
          invites ? section("Invites", mountInvites(api, { invites, project, projectName: projectName() }, fail)) : null,
        ]),
      ]),
    });
    // what went wrong is told until something else is done
    for (const act of ["click", "change"]) box.node.addEventListener(act, () => box.say(""), true);
  } catch (error) {
    fail(error);
  }
}
