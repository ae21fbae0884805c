/** A browser's storage in memory. @param {Record<string, string>} values it holds already */
export function storageOf(values = {}) {
  const items = new Map(Object.entries(values));
  return {
    get length() { return items.size; },
    key: (nth) => [...items.keys()][nth] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => { items.set(name, String(value)); },
    removeItem: (name) => { items.delete(name); },
  };
}
