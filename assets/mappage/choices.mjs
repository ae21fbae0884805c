// How people left a project's map: flat or in space, Force, Pictures and the like, remembered in this browser.

import { kept } from "../shell/storing.mjs";

const STORED = "lodemap.choice.";

/**
 * @param {string} projectId
 * @param {{getItem: (key: string) => ?string, setItem: (key: string, value: string) => boolean}} [storage]
 * @returns {{recall: (name: string, otherwise?: string) => string, remember: (name: string, value: string) => void,
 *   isOn: (name: string) => boolean, setOn: (name: string, isOn: boolean) => void}} by the name of a choice
 */
export function createChoices(projectId, storage = kept) {
  const keyOf = (name) => `${STORED}${projectId}.${name}`;

  const recall = (name, otherwise = "") => storage.getItem(keyOf(name)) ?? otherwise;
  const remember = (name, value) => { storage.setItem(keyOf(name), value); };
  return { recall, remember, isOn: (name) => recall(name) === "1", setOn: (name, isOn) => remember(name, isOn ? "1" : "0") };
}
