// What can be done with a step of the history: name it, go back to it, branch off.

import { newKey } from "../shell/api.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { el } from "../parts/elements.mjs";
import { UNSURE } from "../parts/classes.mjs";
import { benchHref } from "../runs/address.mjs";
import { sendForm } from "../shell/sendform.mjs";
import { ensureName } from "../shell/session.mjs";
import { showToast } from "../shell/toasts.mjs";
import { num, samples } from "../parts/counting.mjs";
import { stepTitle } from "./words.mjs";

const NAME_LIMIT = 60;

/** Ask for a short text, and send it: `send` is that of sendForm, after the text. */
export function askText({ title, label, value = "", action, words = "", mayBeEmpty = false, limit = NAME_LIMIT, send, onError }) {
  const input = el("input", { id: "review-text", class: "form-control", type: "text", autocomplete: "off", value, autofocus: true });
  const box = openDialog({
    title,
    content: el("div", { class: "field" }, [el("label", { for: "review-text" }, label), input, words ? el("p", { class: "cap" }, words) : null]),
    actions: [el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Cancel"), el("button", { type: "submit", class: "btn btn-primary" }, action)],
    onSubmit() {
      const text = input.value.trim();
      if (!text && !mayBeEmpty) return void box.say(`Type a ${label.toLowerCase()}.`);
      if ([...text].length > limit) return void box.say(`The ${label.toLowerCase()} has ${[...text].length} characters; ${limit} is the limit.`);
      return void sendForm(box, (named) => send(text, named), onError);
    },
  });
}

/** Which samples two states name otherwise, and how: only one of them, or another class; the mark unsure is no name. */
export function comparison(there, here) {
  const found = { ids: [], onlyThere: 0, onlyHere: 0, other: 0, unsure: 0 };
  there.forEach((value, id) => {
    if (value === here[id]) return;
    found.ids.push(id);
    found[value === UNSURE || here[id] === UNSURE ? "unsure" : value < 0 ? "onlyHere" : here[id] < 0 ? "onlyThere" : "other"] += 1;
  });
  return found;
}

/** The sentence of a comparison. */
export function comparisonWords({ ids, onlyThere, onlyHere, other, unsure }) {
  if (ids.length === 0) return "Both name the same samples the same way.";
  const parts = [[onlyHere, "named only where the project is"], [onlyThere, "named only at this step"], [other, "with another class"], [unsure, "unsure in one of them"]].filter(([count]) => count > 0);
  return `${samples(ids.length)} differ: ${parts.map(([count, words]) => `${num(count)} ${words}`).join(", ")}.`;
}

export function createActs({ projectId, state, reviews, annotationAt, goLive, refresh, onError, onReadError, isGone = () => false }) {
  const stepNow = () => {
    const { history, chosen } = state.get();
    return history?.steps.find((step) => step.step_id === (chosen ?? history.here)) ?? null;
  };
  const isHere = () => { const { history } = state.get(); return stepNow()?.step_id === history?.here; };

  function name() {
    const step = stepNow();
    if (!step) return;
    async function send(text, named) {
      if (text === step.name) return;
      await named();
      await reviews.name(step.step_id, text);
      refresh();
    }
    askText({ title: "Name this step", label: "Name", value: step.name, action: "Save", mayBeEmpty: true, words: "Everybody sees it. Leave it empty to take the name away.", send, onError });
  }

  /** Look at where the project is, as it is there. */
  function comeHere() {
    state.set({ chosen: null });
    goLive();
  }

  /** Take back the gesture with this seq, and nothing that came since. */
  async function undo(seq) {
    try {
      const { message } = await reviews.gesture({ key: newKey(), verb: "undo", expected: seq });
      comeHere();
      showToast({ text: message });
    } catch (error) {
      onError(error);
    }
    await refresh();
  }

  const checkoutOf = (step, more = {}) => ({ key: newKey(), verb: "checkout", to: step.seq, expected: state.get().history.seq, ...more });

  async function goTo(step, body) {
    if (isGone()) return; // whoever left the page meanwhile does not want the project changed
    const { name: branch } = body;
    try {
      const { seq } = await reviews.gesture(body);
      comeHere();
      const text = branch === undefined ? ["Back at ", { strong: stepTitle(step) }, ": names, map and network. Nothing is lost."] : ["What you name, move or teach next begins the branch ", { strong: branch }, "; the history shows it from then on."];
      showToast({ text, action: { label: "Undo", run: () => undo(seq) } });
    } finally {
      refresh();
    }
  }

  async function checkOut() {
    const step = stepNow();
    if (!step || isHere()) return;
    await ensureName();
    await goTo(step, checkoutOf(step)).catch(onError);
  }

  async function compare() {
    const step = stepNow();
    if (!step || isHere()) return;
    const { history } = state.get();
    try {
      const at = history.steps.find((each) => each.step_id === history.here);
      const found = comparison(...(await Promise.all([annotationAt(step.seq), annotationAt(at.seq)])));
      state.set({ selection: { ids: Uint32Array.from(found.ids), region: null, snapshot: null } });
      showToast({ text: comparisonWords(found), action: sideBySide(step, at) });
    } catch (error) {
      onReadError(error);
    }
  }

  /** What leads to both maps beside each other, where there are two. */
  function sideBySide({ head }, { head: here }) {
    if (!head || !here || (head.run_id === here.run_id && head.epoch === here.epoch)) return undefined;
    return { label: "Side by side", run: () => location.assign(benchHref(projectId, head, here)) };
  }

  function branch() {
    const step = stepNow();
    if (!step || isHere()) return;
    let body = null;
    async function send(text, named) {
      await named();
      if (body?.name !== text) body = checkoutOf(step, { name: text });
      await goTo(step, body).catch((error) => {
        if (!error.isLost) body = null; // what was only lost goes out again as it was
        throw error;
      });
    }
    askText({ title: `Branch from ${stepTitle(step)}`, label: "Name of the branch", action: "Branch here", words: "The project goes back to this step. What you name, move and teach from then on hangs below it; everything else stays in the history.", send, onError });
  }

  return { stepNow, isHere, name, undo, compare, checkOut, branch };
}
