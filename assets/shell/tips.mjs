// Tooltips: data-tip="words" and data-key="Ctrl Z" on any element, shown on hover and on focus. While its tip is there an
// element is described by it, unless that is its name already. "tip-wanted" on an element shows its tip at once.
//
//   initTips()                        call once
//   place(anchor, tip, view) -> {left, top}   below the anchor when it fits, else above; 8 px from the edges

import { el } from "../parts/elements.mjs";

const TIP = "tip";
const DELAY_MS = 450;
const GAP = 6;
const EDGE = 8;

export function place(anchor, tip, view) {
  const isRail = anchor.right <= 60 && anchor.height > 24;
  if (isRail) return { left: anchor.right + GAP, top: anchor.top + (anchor.height - tip.height) / 2 };
  const left = Math.min(Math.max(EDGE, anchor.left + (anchor.width - tip.width) / 2), view.width - tip.width - EDGE);
  const below = anchor.bottom + GAP;
  const fits = below + tip.height + EDGE <= view.height;
  return { left, top: fits ? below : anchor.top - tip.height - GAP };
}

/** Name the tip among what describes an element, or take it away again; other descriptions stay. */
export function describe(owner, isShown) {
  const others = (owner.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== TIP);
  const isNews = isShown && owner.dataset.tip !== owner.getAttribute("aria-label");
  const ids = isNews ? [...others, TIP] : others;
  if (ids.length) owner.setAttribute("aria-describedby", ids.join(" "));
  else owner.removeAttribute("aria-describedby");
}

export function initTips() {
  const node = el("div", { class: "tip", role: "tooltip", id: TIP, popover: "manual" });
  document.body.append(node);
  let timer = 0;
  let owner = null;

  function hide() {
    clearTimeout(timer);
    if (owner) describe(owner, false);
    owner = null;
    if (node.matches(":popover-open")) node.hidePopover();
  }
  function show() {
    if (!owner?.isConnected || owner.getAttribute("aria-expanded") === "true") return;
    const keys = (owner.dataset.key ?? "").split(" ").filter(Boolean).map((key) => el("kbd", {}, key));
    node.replaceChildren(owner.dataset.tip, ...keys);
    describe(owner, true);
    node.showPopover();
    const { left, top } = place(owner.getBoundingClientRect(), node.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
    node.style.left = `${left}px`;
    node.style.top = `${top}px`;
  }
  function enter(event, delay) {
    const next = event.target.closest?.("[data-tip]:not([data-tip=''])") ?? null;
    if (next === owner) return;
    hide();
    owner = next;
    if (owner) timer = setTimeout(show, delay);
  }

  document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") enter(event, DELAY_MS); });
  document.addEventListener("focusin", (event) => { if (/** @type {Element} */ (event.target).matches(":focus-visible")) enter(event, 0); });
  document.addEventListener("tip-wanted", (event) => enter(event, 0));
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", hide, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}
