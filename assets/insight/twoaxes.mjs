// Layers that only a map of two axes can have: regions, atlas, density.

/**
 * Whether a map can have such a layer. Where it cannot, the button of the layer is out of use and says why.
 *
 * @param {HTMLElement} button
 * @param {number} latentDim axes of the map
 * @param {string} need what needs them, with its verb: "Regions need"
 * @returns {boolean}
 */
export function isOffered(button, latentDim, need) {
  if (latentDim !== 3) return true;
  button.dataset.tip = `${need} a map of two axes; this one has three.`;
  delete button.dataset.key;
  for (const [name, value] of [["label", button.dataset.tip], ["disabled", "true"], ["pressed", "false"]]) button.setAttribute(`aria-${name}`, value);
  return false;
}
