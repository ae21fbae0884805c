// A form whose dialog stays until what it sends has arrived: a refusal costs nobody what they typed.
//
//   sendForm(box, send, onError) -> Promise      box is openDialog's
//     send(named) -> Promise   named() asks for the display name, once, with the dialog out of the way
//     onError     hears what was refused after somebody closed the dialog
//   createKeys() -> keyOf(what)                  the key of what is sent, the same as long as that is the same

import { newKey } from "./api.mjs";
import { savingSentenceOf } from "./errors.mjs";
import { ensureName, isToBeAsked } from "./session.mjs";

const sending = new WeakSet();

export async function sendForm(box, send, onError) {
  if (sending.has(box)) return;
  sending.add(box);
  const button = box.node.querySelector("[type=submit]");
  button.setAttribute("aria-disabled", "true");
  box.say("");
  try {
    await send(async () => { if (isToBeAsked()) await box.aside(ensureName); });
    box.close();
  } catch (error) {
    if (box.node.isConnected) box.say(savingSentenceOf(error));
    else onError(error);
  } finally {
    sending.delete(box);
    button.removeAttribute("aria-disabled");
  }
}

export function createKeys() {
  let last = null;
  return (what) => {
    if (last?.what !== what) last = { what, key: newKey() };
    return last.key;
  };
}
