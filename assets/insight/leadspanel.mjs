// "Look here next": a queue of what is worth a gesture. Walking to a lead selects it, so that every key of a selection
// works on it; its own keys act only while it is the selection.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { setIcon } from "../parts/icons.mjs";
import { leadBody } from "./leadcard.mjs";
import { mountLeadRings } from "./leadrings.mjs";
import { acceptOf, emptyWords, failureWords, headOf, keyOf, KINDS, membersOf, namesOf, openLeads, readLeads, recalled, remembered, renewed, stepFrom, waitNote, whyAgain } from "./leads.mjs";
import { isLive } from "../parts/runstates.mjs";
import { openNames } from "../parts/namemenu.mjs";
import { livingClasses, NO_CLASS } from "../parts/classes.mjs";

const AGAIN_MS = 700;
const LATER_MS = 3000;
const FIRST = KINDS[0].kind;

export function mountLeads({ state, api, map, actions, keys, dress, root, choices, showToast }) {
  const find = (id) => root.querySelector(`#${id}`);
  const [panel, toggle, tabs, body] = ["leads", "leads-toggle", "leads-tabs", "leads-body"].map(find);
  const rings = mountLeadRings({ state, map, root });
  let rejected = recalled(choices.recall("leads.rejected", "[]"));
  let kind = choices.recall("leads.kind", FIRST);
  let isClosed = choices.isOn("leads.closed");
  let leads = [];
  let known = { state: "working", head: "", named: null, of: "" }; // of: the map that the leads are of
  let open = openLeads([], [], rejected);
  let current = null; // the lead that is selected
  let selected = null; // its ids, or what was left of them, to tell when the selection became another
  let isAside = state.get().selection.ids.length > 0; // something else is selected, it may be from before: its pictures need the room of the card
  let answered = null; // the ids of a lead at hand that somebody else answered
  let at = -1;
  let last = null; // the lead that was selected before the selection became another: still shown
  let judged = []; // what `open` was worked out from
  let drawn = ""; // what the card shows
  let taken = null; // the newest rejection, while undo would mean it
  let timer = 0;
  let asked = 0;
  if (!KINDS.some((each) => each.kind === kind)) kind = FIRST;

  const isShown = () => !isClosed && !state.get().server?.project.archived;
  /** The kind of the run on the line that learns, "" where none does. */
  const learning = () => (state.get().server?.runs ?? []).find((run) => run.on_line !== false && isLive(run) && run.state !== "queued")?.kind ?? "";
  const isCurrent = () => current !== null && isShown();
  const sayAnswered = () => showToast({ text: "This one is answered by now; your selection stays." });

  async function ask() {
    clearTimeout(timer);
    const { server, projectId } = state.get();
    const [turn, head] = [(asked += 1), headOf(server)];
    try {
      const told = await api.leads(projectId);
      if (turn !== asked) return;
      if (told.state === "working") timer = setTimeout(ask, AGAIN_MS);
      // A run of another project has the cores.
      if (told.state === "waiting" && !learning()) timer = setTimeout(ask, LATER_MS);
      const isNew = told.state === "ready";
      known = { ...known, state: told.state, head: isNew || told.state === "waiting" ? head : known.head, ...(isNew ? { named: state.get().named, of: head } : {}) };
      if (isNew) takeIn(readLeads(told.leads, server.project.num_samples));
    } catch (error) {
      if (turn !== asked) return;
      // What was lost is asked for again once the connection is back.
      known = { ...known, state: "failed", head: error.isLost ? "" : head, message: failureWords(error) };
    }
    refresh();
  }

  /** New leads never change the selection: a sample that is among them again stays at hand. */
  function takeIn(fresh) {
    const again = (lead) => (lead && lead.kind !== "group" ? fresh.find((each) => keyOf(each) === keyOf(lead)) ?? null : null);
    [leads, current, last] = [fresh, again(current), again(last)];
    const before = remembered(rejected);
    rejected = renewed(rejected, leads);
    if (remembered(rejected) !== before) choices.remember("leads.rejected", remembered(rejected));
  }

  /** Ask once for each map, when it is done, and again for what was lost; from then on the person asks. */
  function follow({ server }) {
    if (!server || !isShown()) return;
    const head = headOf(server);
    if (head === "") known = { ...known, state: "no_map" };
    else if (learning()) known = { ...known, state: "waiting", head: "" };
    else if (head !== known.head || known.state === "no_map") {
      known = { ...known, head, state: "working" };
      ask();
    }
    refresh();
  }

  /** Take in what was answered meanwhile. */
  function refresh() {
    const { named } = state.get();
    if (!named) return;
    const of = [leads, named, rejected, kind];
    if (of.every((each, nth) => each === judged[nth])) return void render();
    judged = of;
    open = openLeads(leads, named, rejected);
    followUp(state.get());
    render();
  }

  /** Where the lead at hand was answered here, the next one follows; what somebody else answered stays selected, for a hand may be about to name it. */
  function followUp({ named, pending }) {
    if (!current) return;
    const list = open[kind];
    const isOpen = list.includes(current);
    if (isOpen) at = list.indexOf(current);
    if (isOpen && (current.kind !== "group" || selected.some((id) => named[id] === NO_CLASS))) return;
    const isMine = rejected.has(keyOf(current)) || pending.some(({ ids }) => selected.some((id) => ids.includes(id)));
    const rest = list.filter((each) => each !== current);
    const next = rest[Math.min(at, rest.length - 1)] ?? null;
    if (isMine) return void goTo(next);
    [current, selected, last, answered] = [null, null, next, selected];
    sayAnswered();
  }

  function goTo(lead) {
    current = last = lead;
    isAside = false;
    at = lead ? open[kind].indexOf(lead) : -1;
    selected = lead ? membersOf(lead, state.get().named) : null;
    if (state.get().hoverFrom === "gallery") state.set({ hoverId: null });
    if (lead) actions.select(selected);
  }

  /** The lead on the card: the one at hand, else the one that was, else the first. */
  const onCard = () => current ?? (open[kind].includes(last) ? last : open[kind][0] ?? null);

  function walk(step) {
    goTo(current ? open[kind][stepFrom(at, step, open[kind].length)] : onCard());
    render();
    body.querySelector(".lead-foot")?.scrollIntoView({ block: "nearest" }); // what can be done stands above it
  }

  function choose(next) {
    kind = next;
    choices.remember("leads.kind", kind);
    goTo(null);
    refresh();
  }

  /** What is left of a group, once one of it was left out, is still that lead. */
  function onSelection({ selection: { ids } }) {
    if (ids === selected || (!current && isAside === ids.length > 0)) return;
    if (current?.kind === "group" && ids.length > 0 && ids.length === selected.length - 1 && ids.every((id) => selected.includes(id))) selected = ids;
    else current = selected = null;
    isAside = current === null && ids.length > 0;
    render();
  }

  function accept() {
    const lead = onCard();
    if (!lead) return;
    if (lead !== current) goTo(lead);
    const { act, classIndex } = acceptOf(lead, state.get().classes);
    if (act === "annotate") actions.annotate(classIndex);
    else if (act === "unsure") actions.markUnsure();
    else askForClass();
    render();
  }

  /** Nobody knows what a group is: ask, with a menu where there are classes, else for the first one's name. */
  function askForClass() {
    if (livingClasses(state.get().classes).length === 0) actions.annotateNew();
    else {
      const { left, top, bottom } = body.querySelector(".lead-accept").getBoundingClientRect();
      openNames({ left, top, bottom, isBeside: true }, { state, actions }); // the pictures stay in sight
    }
  }

  function reject() {
    const lead = onCard();
    if (!lead) return;
    at = open[kind].indexOf(lead);
    taken?.toast.close();
    const key = keyOf(lead);
    const undo = state.get().server?.undo?.seq ?? null;
    keep(new Set([...rejected, key]));
    const toast = showToast({ text: "This one will not be suggested again.", action: { label: "Undo", key: "Ctrl Z", run: takeBack } });
    taken = { key, lead, undo, toast };
  }

  function takeBack() {
    if (!taken) return;
    const { key, lead, toast } = taken;
    taken = null;
    toast.close();
    keep(new Set([...rejected].filter((each) => each !== key)));
    if (open[kind].includes(lead)) goTo(lead);
    render();
  }

  function keep(next) {
    rejected = next;
    choices.remember("leads.rejected", remembered(rejected));
    refresh();
  }

  /** Whether the rejection is what was done last: no gesture came after it. */
  const isNewest = () => taken !== null && isShown() && state.get().pending.length === 0 && (state.get().server?.undo?.seq ?? null) === taken.undo;

  /** Whether the leads are of another map than the newest, or soon will be. */
  const isOld = () => leads.length > 0 && (known.state === "waiting" || known.of !== headOf(state.get().server));

  const why = () => whyAgain(known, state.get().named);

  function render() {
    panel.hidden = Boolean(state.get().server?.project.archived);
    panel.classList.toggle("closed", !isShown());
    toggle.setAttribute("aria-expanded", String(isShown()));
    setIcon(toggle.querySelector(".i"), isShown() ? "caret" : "right");
    const list = open[kind];
    rings.show(isShown() && known.state === "ready" && !isOld() ? list : [], current);
    if (!isShown()) return;
    renderTabs();
    panel.classList.toggle("stale", isOld());
    panel.classList.toggle("aside", isAside);
    const lead = onCard();
    const { classes, themeCount } = state.get();
    const told = lead ? { ...cardOf(lead), act: null } : emptyOf();
    const look = JSON.stringify([kind, lead ? [keyOf(lead), lead.near] : null, told, classes, themeCount]);
    // Drawn anew only when it differs: a button must not go from under a pointer that presses it.
    if (look === drawn) return;
    drawn = look;
    const held = body.contains(document.activeElement) ? document.activeElement.dataset.lead : null;
    body.replaceChildren(...(lead ? leadBody(lead, cardOf(lead)) : [emptyNote()]));
    if (held) body.querySelector(`[data-lead="${held}"]`)?.focus({ preventScroll: true });
    for (const canvas of body.querySelectorAll("canvas[data-size]")) dress(canvas, Number(canvas.dataset.id), Number(canvas.dataset.size));
  }

  function cardOf(lead) {
    const { classes, named } = state.get();
    const list = open[kind];
    const count = membersOf(lead === current ? { ...lead, members: selected } : lead, named).length;
    return {
      classes, isCurrent: lead === current, count, nth: list.indexOf(lead) + 1, of: list.length,
      again: why(), waits: known.state === "waiting" ? waitNote(learning()) : "",
      act: { accept, reject, next: () => walk(1), previous: () => walk(-1), again: ask, pick: (id) => actions.select(Uint32Array.of(id)), point: (id) => state.set({ hoverId: id, hoverFrom: "gallery" }) },
    };
  }

  function emptyOf() {
    const { named, server } = state.get();
    const hasLearned = (server?.runs ?? []).some((run) => run.kind === "fine_tune" && run.last_epoch >= 0 && run.on_line);
    const isStale = why() !== "";
    const told = { state: known.state, numNamedClasses: new Set(namesOf(named)).size, hasLearned, learning: learning(), numNames: namesOf(known.named).length, isStale, numFound: leads.filter((lead) => lead.kind === kind).length };
    return { words: known.state === "failed" ? known.message : emptyWords(kind, told), isOffered: isStale };
  }

  function emptyNote() {
    const { words, isOffered } = emptyOf();
    return el("div", { class: "cap leads-empty", role: "status" }, [words, isOffered ? el("button", { type: "button", class: "link", onclick: ask }, "Look again") : null]);
  }

  function renderTabs() {
    for (const tab of tabs.children) {
      const count = open[tab.dataset.kind].length;
      tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind));
      tab.querySelector(".num").textContent = known.state === "ready" || leads.length > 0 ? num(count) : "–";
    }
  }

  function setClosed(next) {
    isClosed = next;
    choices.setOn("leads.closed", isClosed);
    if (isClosed) goTo(null);
    follow(state.get());
    render();
  }

  const listening = new AbortController();
  const { signal } = listening;
  // Pressed with the mouse, a button gives the focus back: Enter must not press it again.
  panel.addEventListener("click", (event) => { if (event.detail > 0) document.activeElement?.blur?.(); }, { signal });
  tabs.addEventListener("click", (event) => { const tab = event.target.closest("[data-kind]"); if (tab) choose(tab.dataset.kind); }, { signal });
  toggle.addEventListener("click", () => setClosed(!isClosed), { signal });
  const group = "Look next";
  const canWalk = () => isShown() && open[kind].length > 0;
  const unregister = [
    keys.register("j", { label: "Next one worth a look", group, when: canWalk, run: () => walk(1) }),
    keys.register("k", { label: "The one before", group, when: canWalk, run: () => walk(-1) }),
    keys.register("Enter", { label: "Accept what is suggested", group, when: () => isCurrent() || (isShown() && state.get().selection.ids === answered), run: () => { if (isCurrent()) return accept(); answered = null; sayAnswered(); } }),
    keys.register("x", { label: "Reject it", group, when: isCurrent, run: reject }),
    keys.register("ctrl+z", { label: "Undo", group, hidden: true, when: isNewest, run: takeBack }),
  ];
  const stops = [
    state.subscribe(["server", "connection"], follow),
    state.subscribe(["named", "classes"], refresh),
    state.subscribe(["selection"], onSelection),
    state.subscribe(["themeCount"], render),
  ];
  render();
  return () => {
    clearTimeout(timer);
    asked += 1;
    [...stops, ...unregister, rings.destroy].forEach((stop) => stop());
    taken?.toast.withdraw();
    listening.abort();
  };
}
