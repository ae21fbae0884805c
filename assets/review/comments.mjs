// The list of comments: write one, reply, settle, change and delete one's own. Text only ever becomes text.

import { packIds, toBase64, unpackIds } from "../parts/codec.mjs";
import { isComposing } from "../parts/composing.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { el } from "../parts/elements.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { initials } from "../shell/initials.mjs";
import { ensureName } from "../shell/session.mjs";
import { livingClasses } from "../parts/classes.mjs";
import { stillReading } from "../parts/unread.mjs";
import { createDrafts } from "./drafts.mjs";
import { graftChildren } from "./graft.mjs";
import { mentionParts } from "./mentions.mjs";
import { aboutWords, someOf, targetOf, threadsOf } from "./threads.mjs";
import { num } from "../parts/counting.mjs";
import { when } from "./words.mjs";

const SIDE = 40;
const SHOWN = 100;
const EDIT = "edit ";

export function mountComments({ state, root, reviews, dress, acts, stage, refresh, onSample, onError, onReadError, storage }) {
  const list = root.querySelector("#comment-list");
  const chip = root.querySelector("#tab-comments .chip");
  const drafts = createDrafts({ projectId: state.get().projectId, ...(storage ? { storage } : {}) });
  const busy = new Set(); // places of which something is on its way
  let editing = drafts.places().find((place) => place.startsWith(EDIT))?.slice(EDIT.length) ?? null; // which comment
  let isRegion = false;
  let drawn = "";
  let drawnComments = null;
  let mostShown = SHOWN;
  let isGone = false;

  const target = () => targetOf(state.get(), acts.stepNow(), isRegion);

  /** A draft is done with; an edit closes with its own alone. */
  function forget(place) {
    drafts.forget(place);
    if (place === `edit ${editing}`) editing = null;
  }

  async function send(work, place) {
    if (busy.has(place)) return;
    busy.add(place);
    const typed = drafts.at(place).text;
    try {
      await ensureName();
      const answer = await work();
      const { text, version } = drafts.at(place);
      if (text === typed) forget(place);
      else drafts.keep(place, { sent: null, ...(version === undefined ? {} : { version: answer.version }) }); // what was typed meanwhile stays, over what was saved
    } catch (error) {
      onError(error);
    } finally {
      busy.delete(place);
    }
    drawn = "";
    await refresh();
    render(state.get());
  }

  function add() {
    const about = target();
    const text = (drafts.at("new").text ?? "").trim();
    if (!about || !text) return;
    const { dataset } = state.get();
    const samples = about.ids.length ? toBase64(packIds(about.ids, dataset.num_samples)) : "";
    const body = { key: drafts.keyOf("new", text), text, kind: about.kind, samples, ...(about.path ? { path: about.path } : {}), ...(about.run_id ? { run_id: about.run_id } : {}), ...(about.snapshot ? { snapshot: about.snapshot } : {}) };
    send(() => reviews.comment(body), "new");
  }

  function reply(head) {
    const place = `reply ${head.comment_id}`;
    const text = (drafts.at(place).text ?? "").trim();
    if (text) send(() => reviews.comment({ key: drafts.keyOf(place, text), text, reply_to: head.comment_id }), place);
  }

  function save(comment) {
    const place = `edit ${comment.comment_id}`;
    const text = (drafts.at(place).text ?? comment.text).trim();
    const version = drafts.at(place).version ?? comment.version;
    if (text) send(() => reviews.editComment(comment.comment_id, text, version), place);
  }

  async function remove({ comment_id: id }) {
    if (await confirm({ title: "Delete this comment?", text: "Replies to it stay.", action: "Delete", danger: true })) send(() => reviews.deleteComment(id).then(() => forget(`edit ${id}`)), `delete ${id}`);
  }

  const settle = ({ comment_id: id, resolved_by: by }) => send(() => reviews.resolveComment(id, by === null), `resolve ${id}`);

  function edit({ comment_id: id }) {
    editing = id;
    drawn = "";
    render(state.get());
    list.querySelector(`[data-draft="edit ${id}"]`)?.focus();
  }

  /** The version of the text that an edit shows as long as nothing is typed. */
  const versionNow = (id) => state.get().comments.find((each) => each.comment_id === id)?.version;

  /** A field that keeps what is typed while the list is drawn anew around it. */
  function field(place, { label, value = "", rows = 1, onEnter, beginsAt = () => undefined }) {
    const node = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (el(rows > 1 ? "textarea" : "input", { class: "form-control", placeholder: label, "aria-label": label, "data-draft": place, autocomplete: "off", ...(rows > 1 ? { rows } : { type: "text" }) }));
    node.value = drafts.at(place).text ?? value;
    node.addEventListener("input", () => {
      const { text, version = beginsAt() } = drafts.at(place);
      drafts.keep(place, { text: node.value, ...(text === undefined ? { version } : {}) });
    });
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && !event.shiftKey && !isComposing(event) && (rows === 1 || event.ctrlKey || event.metaKey)) { event.preventDefault(); onEnter(); } });
    return node;
  }

  function words({ comment_id: id, text }) {
    const { latest, dataset } = state.get();
    return mentionParts(text, livingClasses(latest.classes), dataset.num_samples).map((part, nth) => {
      if (typeof part === "string") return part;
      const run = () => (part.sample === undefined ? lookAtClass(part.classIndex) : onSample(part.sample));
      return el("button", { type: "button", class: "link", "data-control": `${id} ${nth}`, onclick: run }, part.text);
    });
  }

  function lookAtClass(index) {
    const { classOf } = state.get();
    const ids = classOf ? Uint32Array.from([...classOf.keys()].filter((id) => classOf[id] === index)) : [];
    if (ids.length) state.set({ selection: { ids, region: null, snapshot: null } });
  }

  /** Look at what a comment is about: its samples, its region, its snapshot or its run. */
  async function lookAt(head) {
    const { dataset, history } = state.get();
    state.set({ thread: head.comment_id });
    if (head.kind === "run") {
      const step = history.steps.find((each) => each.run?.run_id === head.run_id);
      if (!step) return;
      state.set({ chosen: step.step_id });
      stage.goLive();
      return;
    }
    const ids = await samplesOf(head, dataset.num_samples).catch(onReadError);
    if (!ids || isGone || state.get().thread !== head.comment_id) return;
    const region = head.kind === "region" && head.path ? { kind: "lasso", path: head.path } : null;
    const of = region && head.snapshot ? { runId: head.snapshot.run_id, n: head.snapshot.n } : null; // the picture it was drawn on
    state.set({ selection: { ids, region, snapshot: of } });
    const { shown } = state.get();
    if (of && (of.runId !== shown?.runId || of.n !== shown.n)) stage.seekFrame(of.runId, of.n).catch(onReadError);
  }

  const samplesOf = async (head, numSamples) => (head.count > head.some.length ? unpackIds(await reviews.samplesOf(head.comment_id), numSamples) : someOf(head));

  function actsOf(comment, head) {
    const isHead = comment === head;
    const link = (text, run, does) => el("button", { type: "button", class: "link", "data-control": isHead ? does : `${does} ${comment.comment_id}`, onclick: run }, text);
    return el("div", { class: "comment-acts" }, [
      isHead && !comment.is_deleted ? link(comment.resolved_by === null ? "Resolve" : "Open again", () => settle(comment), "resolve") : null,
      comment.is_mine && !comment.is_deleted ? link("Edit", () => edit(comment), "edit") : null,
      comment.is_mine && !comment.is_deleted ? link("Delete", () => remove(comment), "delete") : null,
    ]);
  }

  function bodyOf(comment) {
    if (comment.is_deleted) return el("p", { class: "cap" }, "This comment was deleted.");
    const place = `edit ${comment.comment_id}`;
    if (editing !== comment.comment_id) return el("p", { class: "comment-text" }, words(comment));
    return el("div", { class: "composer", "data-edits": comment.reply_to === null ? "edit" : place }, [
      field(place, { label: "Edit the comment", value: comment.text, rows: 2, onEnter: () => save(comment), beginsAt: () => versionNow(comment.comment_id) }),
      el("div", { class: "composer-acts" }, [
        el("button", { type: "button", class: "btn btn-light btn-sm", "data-control": `cancel ${place}`, onclick: () => { forget(place); drawn = ""; render(state.get()); } }, "Cancel"),
        el("button", { type: "button", class: "btn btn-primary btn-sm", "data-control": `save ${place}`, onclick: () => save(comment) }, "Save"),
      ]),
    ]);
  }

  const headOf = (comment, more = []) => el("div", { class: "comment-head" }, [
    el("span", { class: `avatar${comment.is_mine ? "" : " other"}`, "aria-hidden": "true" }, initials(comment.author)),
    el("b", { class: "strong clip" }, comment.is_mine ? "You" : comment.author),
    el("span", { class: "cap" }, `${when(comment.at)}${comment.is_edited ? ", edited" : ""}`), ...more,
  ]);

  function threadNode({ head, number, replies }, { thread, latest }) {
    const [first] = head.some ?? [];
    const about = el("button", { type: "button", class: "chip", "data-control": "about", onclick: () => lookAt(head) }, aboutWords(head, head.count ?? 0, latest.runs, first));
    const canvas = head.kind === "point" ? el("canvas", { class: "picture" }) : null;
    const node = el("article", { class: `thread${thread === head.comment_id ? " on" : ""}${head.resolved_by !== null ? " resolved" : ""}`, "data-thread": head.comment_id, "data-row": head.comment_id, "aria-label": `Comment ${number}` }, [
      headOf(head, [head.kind === "run" ? null : el("span", { class: "thread-number" }, String(number)), about]),
      bodyOf(head),
      canvas ? el("span", { class: "tile-s" }, canvas) : null,
      head.resolved_by !== null ? el("p", { class: "cap" }, `Resolved by ${head.resolved_by}.`) : null,
      actsOf(head, head),
      ...replies.map((each) => el("div", { class: "reply" }, [headOf(each), bodyOf(each), actsOf(each, head)])),
      head.resolved_by === null && !head.is_deleted ? field(`reply ${head.comment_id}`, { label: "Reply", onEnter: () => reply(head) }) : null,
    ]);
    return { node, draw: () => canvas && dress(canvas, first, SIDE) };
  }

  function composer({ latest }) {
    const about = target();
    const hint = "Lasso points, click one, or look at a run: then say something about it here.";
    if (!about) return el("p", { class: "cap composer" }, hint);
    const canBe = about.kind === "region" || about.couldBeRegion;
    const seg = canBe ? el("div", { class: "seg seg-sm", role: "group", "aria-label": "What the comment is about" }, [{ text: "These samples", value: false }, { text: "This region", value: true }].map(({ text, value }) =>
      el("button", { type: "button", "data-control": text, "aria-pressed": String(isRegion === value), onclick: () => { isRegion = value; drawn = ""; render(state.get()); } }, text))) : null;
    return el("div", { class: "composer", "data-row": "new" }, [
      el("div", { class: "composer-about" }, [el("span", { class: "cap" }, "About"), el("span", { class: "chip accent" }, aboutWords(about, about.ids.length, latest.runs, about.ids[0])), seg]),
      field("new", { label: "Say something; #class and @sample 12 become links", rows: 2, onEnter: add }),
      el("div", { class: "composer-acts" }, [el("span", { class: "cap" }, "Ctrl+Enter"), el("button", { type: "button", class: "btn btn-primary btn-sm", "data-control": "new", onclick: add }, "Comment")]),
    ]);
  }

  /** What has the focus where what had it is gone from its thread: of an edit what opened it, else what the thread is about. */
  function heirOf(children) {
    const held = document.activeElement;
    const row = children.find((each) => each.dataset.row && each.dataset.row === held?.closest("[data-row]")?.dataset.row);
    const controls = [held?.closest("[data-edits]")?.dataset.edits, "about"];
    return controls.map((name) => row?.querySelector(`[data-control="${name}"]`)).find(Boolean);
  }

  function showMore() {
    const first = mostShown;
    mostShown += SHOWN;
    render(state.get());
    list.querySelectorAll(".thread")[first].querySelector("[data-control=about]").focus();
  }

  function render(value) {
    const { comments, latest, thread, selection, dataset } = value;
    if (!latest || !dataset) return;
    const threads = threadsOf(comments ?? []);
    const open = threads.filter(({ head }) => head.resolved_by === null).length;
    chip.textContent = num(open);
    chip.hidden = open === 0;
    const looks = JSON.stringify([mostShown, thread, selection.ids.length, selection.ids[0], Boolean(selection.region), acts.stepNow()?.step_id, latest.classes, editing, isRegion, value.themeCount]);
    if (looks === drawn && comments === drawnComments) return;
    [drawn, drawnComments] = [looks, comments];
    const isShown = ({ head }, nth) => nth < mostShown || head.comment_id === thread;
    const nodes = threads.filter(isShown).map((each) => threadNode(each, value));
    const numMore = threads.length - nodes.length;
    const more = numMore > 0 ? [el("div", { "data-row": "more" }, el("button", { type: "button", class: "link", "data-control": "more", onclick: showMore }, `Show ${num(Math.min(SHOWN, numMore))} more of ${num(threads.length)}`))] : [];
    const empty = comments ? el("div", { class: "empty" }, [el("span", { class: "strong" }, "No comments yet"), el("span", {}, "Ask about a point, a group or a run. Everybody reads it here, and a number on this page's map shows where its samples are.")]) : stillReading("Reading the comments");
    const children = [composer(value), ...(nodes.length ? nodes.map(({ node }) => node) : [empty]), ...more];
    const typing = list.contains(document.activeElement) && document.activeElement.dataset.draft ? /** @type {HTMLInputElement} */ (document.activeElement) : null;
    const again = typing && children.flatMap((each) => [.../** @type {NodeListOf<HTMLInputElement>} */ (each.querySelectorAll("[data-draft]"))]).find((each) => each.dataset.draft === typing.dataset.draft);
    if (again) {
      graftChildren(list, children, typing, again);
      if (typing.value !== again.value) typing.value = again.value; // it was sent
    } else redraw(list, children, heirOf(children) ?? list);
    nodes.forEach(({ draw }) => draw());
  }

  const stops = [
    state.subscribe(["comments", "latest", "thread", "selection", "history", "chosen", "themeCount"], render),
    state.subscribe(["thread"], ({ thread }) => { if (thread) list.querySelector(`[data-thread="${thread}"]`)?.scrollIntoView({ block: "nearest" }); }),
  ];
  render(state.get());
  return () => { isGone = true; stops.forEach((stop) => stop()); };
}
