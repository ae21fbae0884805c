// How people left a project's map: flat or in space, Force, Pictures and the like, remembered in this browser.

import { kept } from "../shell/storing.mjs";

const STORED = "lodemap.choice.";

/**
 * @param {string} projectId
 * @param {{getItem: function(string): ?string, setItem: function(string, string): boolean}} [storage]
 * @returns {{recall: function(string, string=): string, remember: function(string, string): void,
 *   isOn: function(string): boolean, setOn: function(string, boolean): void}} by the name of a choice
 */
export function createChoices(projectId, storage = kept) {
  const keyOf = (name) => `${STORED}${projectId}.${name}`;

  const recall = (name, otherwise = "") => storage.getItem(keyOf(name)) ?? otherwise;
  const remember = (name, value) => { storage.setItem(keyOf(name), value); };
  return { recall, remember, isOn: (name) => recall(name) === "1", setOn: (name, isOn) => remember(name, isOn ? "1" : "0") };
}
