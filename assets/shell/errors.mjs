// What is said when something goes wrong: a sentence somebody wrote, never an engine's own words.

/** An error whose message is a sentence for people. */
export class SentenceError extends Error {}

const BROKEN = "Something on this page stopped working. Reload it; what you did is saved.";
/** What the bar of a page says on which people look more than they do. */
export const NOT_CONNECTED = "Connection lost. You see what was known before; nothing can be saved until it is back.";
const UNANSWERED = "The answer was lost on its way. Look whether it was saved, then try again.";

/** What to say of an error: its sentence, and never the raw text of a failure within the page. */
export function sentenceOf(error) {
  if (error instanceof SentenceError) return error.message;
  console.error(error);
  return BROKEN;
}

/** The same where something was being saved: without an answer nobody knows whether it was. */
export const savingSentenceOf = (error) => (error.isLost ? UNANSWERED : sentenceOf(error));
