// Press what can be pressed once each, menus and dialogs that open first, but for what leads to another page; return their names.
async () => {
  const pressed = [], seen = new Set();
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const isAlive = (node) => node.offsetParent !== null && !node.disabled && !node.closest("[data-denied], #selection-comment");
  const nameOf = (node) => node.id || node.getAttribute("aria-label") || node.textContent.trim() || node.className;
  const where = "main button, main summary, main [role=tab], [role=menuitem], dialog[open] button, .modal button";
  for (let round = 0; round < 400; round += 1) {
    const top = [...document.querySelectorAll("dialog[open], [role=menu]")].at(-1);
    const next = [...document.querySelectorAll(where)].find((node) => (!top || top.contains(node)) && isAlive(node) && !seen.has(nameOf(node)));
    if (!next) {
      if (!top) break;
      if (top.matches("dialog")) top.close(); else document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      if (top.isConnected) top.remove();
      continue;
    }
    seen.add(nameOf(next));
    pressed.push(nameOf(next));
    for (const field of top?.querySelectorAll("input[type=text], textarea") ?? []) if (isAlive(field) && !field.value) field.value = "Something";
    next.click();
    await pause(60);
  }
  return pressed;
}
