// Whether a key belongs to a text that an input method still puts together.

const IN_HAND = 229; // the code of every key that an input method takes

/** Safari says that the text is done before it tells of the key that confirms it: only its code is still the input method's. */
export const isComposing = (event) => event.isComposing || event.keyCode === IN_HAND;
