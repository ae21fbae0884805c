// The search of the Projects page: the cards are all there, those that do not match are hidden at once.
//
//   startFinding()                call once; cards that Dash puts in later are looked at too
//   matches(words, wanted)        whether a card's words hold every word that is wanted (pure)
//   isOffered(cards, from, wanted)  whether there is a search: where many cards are, or a word stands in it (pure)

const FIELD = "projects-find";

export function matches(words, wanted) {
  const held = words.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => held.includes(word));
}

export const isOffered = (numCards, from, wanted) => numCards >= from || wanted !== "";

/** Hide what does not match; say so where nothing does. */
function show(grid) {
  const field = document.getElementById(FIELD);
  const wanted = field?.value ?? "";
  const cards = [...grid.querySelectorAll("[data-words]")];
  const search = field?.closest("[data-from]");
  if (search) search.hidden = !isOffered(cards.length, Number(search.dataset.from), wanted);
  for (const card of cards) card.hidden = !matches(card.dataset.words, wanted);
  document.getElementById("projects-none").hidden = cards.length === 0 || cards.some((card) => !card.hidden);
}

export function startFinding() {
  const look = () => {
    const grid = document.getElementById("projects-grid");
    if (grid) show(grid);
  };
  document.addEventListener("input", ({ target }) => { if (target.id === FIELD) look(); });
  const isOfGrid = ({ target }) => target.id === "projects-grid" || target.closest?.("#projects-grid");
  new MutationObserver((changes) => { if (changes.some(isOfGrid)) look(); })
    .observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-words"] });
}
