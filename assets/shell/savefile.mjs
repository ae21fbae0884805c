// Gives a file that the page has in hand to the browser to save.

const KEPT_MS = 60_000;

/** @param {Blob} file @param {string} name it is saved as */
export function saveFile(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
