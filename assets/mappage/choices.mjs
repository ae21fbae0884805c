// How people left a project's map: flat or in space, Force, Pictures and the like, remembered in this browser.

const STORED = "lodemap.choice.";

/**
 * @param {string} projectId
 * @param {?Storage} [storage]
 * @returns {{recall: function(string, string=): string, remember: function(string, string): void,
 *   isOn: function(string): boolean, setOn: function(string, boolean): void}} by the name of a choice
 */
export function createChoices(projectId, storage = browserStorage()) {
  const keyOf = (name) => `${STORED}${projectId}.${name}`;

  function recall(name, otherwise = "") {
    try {
      return storage.getItem(keyOf(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  function remember(name, value) {
    try {
      storage.setItem(keyOf(name), value);
    } catch {
      // Storage may be forbidden or full; the choice then lasts until the page is left.
    }
  }

  return { recall, remember, isOn: (name) => recall(name) === "1", setOn: (name, isOn) => remember(name, isOn ? "1" : "0") };
}

/** Where cookies are forbidden, even the mention of storage throws. */
function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
