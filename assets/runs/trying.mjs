// The dialog that chooses a batch of variants, and sends it.

import { openDialog } from "../parts/dialog_box.mjs";
import { el } from "../parts/elements.mjs";
import { createKeys, sendForm } from "../shell/sendform.mjs";
import { crossed, gridProblem, numbersOf, valuesToTry } from "./grid.mjs";
import { timeOf } from "./words.mjs";

/** @import {Config, Knob} from "../records" */

const EPOCHS = "num_epochs";

function deletionWords(number) {
  if (number === 0) return "";
  return number === 1 ? " The variant there is now is deleted." : ` The ${number} variants there are now are deleted.`;
}

/**
 * @param {{knobs: Knob[], config: Config, epochS: ?number, numDeleted: number, send: (body: object, named: () => Promise<void>) => Promise<void>, onError: (error: Error) => void}} options
 *   knobs: of the project's preset; config: of its last run, which the variants share but for what is tried;
 *   epochS: seconds an epoch takes here, null where nobody knows;
 *   numDeleted: variants of the batch before, which this one deletes;
 *   send: the batch, {key, configs}, as of sendForm
 */
export function askVariants({ knobs, config, epochS, numDeleted, send: sendBatch, onError }) {
  const keyOf = createKeys();
  const offered = knobs.filter((knob) => knob.is_shown);
  const shared = Object.fromEntries(knobs.map(({ name, default: usual }) => [name, config[name] ?? usual]));
  const pairs = [axis("First setting", offered.find((knob) => knob.name !== EPOCHS)), axis("Crossed with", null)];
  const told = el("p", { class: "cap", role: "status" });
  const send = el("button", { type: "submit", class: "btn btn-primary" });
  const content = el("div", { class: "variants-form" }, [
    el("p", { class: "sec" }, `All learn the same names from the present map. It stays as it is until you make one of them the map.${deletionWords(numDeleted)}`),
    ...pairs.map((pair) => pair.node), told,
  ]);
  const box = openDialog({
    title: "Try variants", content, class: "dialog-wide",
    actions: [el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Cancel"), send],
    onSubmit() {
      const sentence = gridProblem(axes());
      box.say(sentence);
      if (sentence) return;
      const configs = crossed(axes().map(({ knob, values }) => ({ name: knob.name, values })), shared);
      sendForm(box, (named) => sendBatch({ key: keyOf(JSON.stringify(configs)), configs }, named), onError);
    },
  });
  tell();

  function axes() {
    return pairs.map((pair) => pair.value()).filter(Boolean);
  }

  function tell() {
    const sentence = gridProblem(axes());
    const configs = sentence ? [] : crossed(axes().map(({ knob, values }) => ({ name: knob.name, values })), shared);
    const seconds = configs.reduce((sum, each) => sum + Number(each[EPOCHS]) * (epochS ?? NaN), 0);
    send.textContent = configs.length ? `Try ${configs.length} ${configs.length === 1 ? "variant" : "variants"}` : "Try variants";
    told.textContent = sentence || (Number.isFinite(seconds) && seconds > 0 ? `About ${timeOf(seconds)} on one worker.` : "");
    box?.say("");
  }

  /** One knob and its values; the second may be none. */
  function axis(label, knob) {
    const options = [...(knob ? [] : [el("option", { value: "" }, "nothing else")]), ...offered.map((each) => el("option", { value: each.name }, each.label))];
    const select = el("select", { class: "form-select", "aria-label": label, onchange: () => { refill(); tell(); } }, options);
    const field = el("input", { class: "form-control", type: "text", autocomplete: "off", "aria-label": `${label}: values`, oninput: () => tell() });
    const hint = el("p", { class: "cap" });
    select.value = knob?.name ?? "";
    function chosen() {
      return offered.find((each) => each.name === select.value) ?? null;
    }
    function refill() {
      const found = chosen();
      field.value = found ? valuesToTry(found).join(", ") : "";
      field.disabled = !found;
      hint.textContent = found ? found.sentence : "";
    }
    refill();
    const node = el("div", { class: "field" }, [el("span", { class: "field-name" }, label), el("div", { class: "variants-pair" }, [select, field]), hint]);
    return { node, value: () => (chosen() ? { knob: chosen(), values: numbersOf(field.value) } : null) };
  }
}
