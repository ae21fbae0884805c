// What a data set says of the sample under the pointer: its id and its texts, fetched when asked for.

const REST_MS = 90;
const MOST_KEPT = 500;

/** A function that runs its newest call once calls have rested; `cancel` drops it. */
export function rested(run, ms = REST_MS) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** A map that forgets what was put in first once it holds `most`. */
export function createMemory(most = MOST_KEPT) {
  const held = new Map();
  return {
    get: (key) => held.get(key),
    put(key, value) {
      held.set(key, value);
      if (held.size > most) held.delete(held.keys().next().value);
      return value;
    },
  };
}

/** The lines of a card: every text that says something, by its column. */
export function linesOf(details) {
  return Object.entries(details ?? {})
    .filter(([name, text]) => name !== "sample_id" && text !== "")
    .map(([name, text]) => ({ term: name, slot: null, text, isLong: true }));
}

/** Keep `state.details` at what is known of the sample under the pointer: {id, sample_id, ...texts} or null. */
export function mountDetails({ state, api }) {
  const memory = createMemory();
  const { dataset } = state.get();

  const ask = rested(async (id) => {
    const asked = memory.get(id) ?? memory.put(id, api.sample(dataset.dataset_id, id));
    try {
      const told = await asked;
      if (state.get().hoverId === id) state.set({ details: { id, told } });
    } catch {
      memory.put(id, undefined); // a card without its texts is still a card; asked again next time
    }
  });

  const stop = state.subscribe(["hoverId"], ({ hoverId }) => {
    ask.cancel();
    if (state.get().details) state.set({ details: null });
    if (hoverId !== null) ask(hoverId);
  });
  return () => {
    stop();
    ask.cancel();
  };
}
