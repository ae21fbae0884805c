// The search of the Projects page: the cards are all there, those that do not match are hidden at once.
//
//   matches(words, wanted)          whether a card's words hold every word that is wanted (pure)
//   isOffered(cards, from, wanted)  whether there is a search: where many cards are, or a word stands in it (pure)

export function matches(words, wanted) {
  const held = words.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => held.includes(word));
}

export const isOffered = (numCards, from, wanted) => numCards >= from || wanted !== "";
