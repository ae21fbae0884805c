// What a person's role does not allow is dimmed and says why, in place of failing on a click. The
// server refuses it all the same (pages/auth/declared.py).
//
//   roleOf(root?)          role the server wrote into the page; null where everybody may do all
//   allows(need, role?)    pure
//   whyNot(need, role?)    one sentence, "" where it is allowed; pure
//   needOfKey(entry)       what a key of the page requires, null for nothing; pure
//   keepRole(session)      the server says another role than the page was made for: it is made anew
//   startRights()          call once; marks what comes and goes with the pages

import { keptByTab } from "./storing.mjs";

const ROLES = ["viewer", "annotator", "trainer", "admin"];
const ARTICLE = { viewer: "a", annotator: "an", trainer: "a", admin: "an" };
const WHAT = {
  annotator: "naming, moving, commenting and presenting take the role annotator.",
  trainer: "teaching the network and changing projects take the role trainer.",
  admin: "bringing in and deleting take the role admin.",
};

/**
 * Controls by the role they require and what they ask of the server; tests/pages/auth/test_controls.py
 * holds both to each other. Those that only look, or change one's own view, are in none.
 */
export const CONTROLS = {
  annotator: {
    "POST /api/projects/{p}/gestures": [
      "#tools [data-tool=move]", "#undo", "#redo", "#reset", "#palette-add", ".palette-key", ".palette-more",
      "[aria-label='Name the selection'][aria-haspopup]", ".lead-accept", "#pin-release-all", ".pin-release",
      "#receipt-undo", "#run-alarm-undo", "#step-branch", "#step-checkout", ".differing-choices button",
    ],
    "POST /api/projects/{p}/steps/{seq}/name": ["#step-name"],
    "POST /api/projects/{p}/comments": [
      "#comment-list [data-draft]", ".composer-acts .btn-primary", "#review-selection .btn:first-of-type:not(.btn-icon)",
      "#selection-comment",
    ],
    "POST /api/projects/{p}/comments/{c}": [".comment-acts .link"],
    "POST /api/projects/{p}/comments/{c}/resolve": [".comment-acts .link"],
    "DELETE /api/projects/{p}/comments/{c}": [".comment-acts .link"],
    "POST /api/projects/{p}/bookmarks": ["#bookmark-name", ".bookmarks-dialog footer .btn-primary"],
    "DELETE /api/projects/{p}/bookmarks/{b}": [".bookmark-rows .bookmark-remove"],
    "POST /api/projects/{p}/annotation-files": ["#data-names-choose", "#data-names-drop", "#data-names-drop input"],
    "POST /api/projects/{p}/annotation-files/apply": [".names-acts .btn-primary"],
    "WS /api/projects/{p}/room": ["[data-do=present]", "[data-do=ask]"],
  },
  trainer: {
    "POST /api/projects/{p}/runs": [
      "#update", "#auto-update", "#hints button:not(.btn-icon)", "#map-cover button.btn-primary",
    ],
    "POST /api/runs/{r}/stop": ["#stop", "#run-next-back"],
    "POST /api/runs/{r}/go_on": ["#run-go-on", "#hints button:not(.btn-icon)"],
    "POST /api/projects/{p}/device": ["#workers-device"],
    "POST /api/projects/{p}/variants": ["#variants-try", "#variants-begin"],
    "POST /api/projects/{p}/variants/stop": ["#variants-cancel"],
    "POST /api/runs/{r}/adopt": ["#variants-grid .btn"],
    "POST /_dash-update-component": [
      "#projects-new", ".pop-menu [data-act=rename]", ".pop-menu [data-act=duplicate]", ".pop-menu [data-act=archive]",
      ".pop-menu [data-act=restore]",
      ".switcher a[href^='/projects?new=']", "#project-dialog-name", "#project-dialog-submit",
    ],
  },
  admin: {
    "POST /_dash-update-component": [".pop-menu [data-act=delete]"],
    "POST /api/imports": ["#data-sources button", "#data-drop", "#data-drop button", "#data-file"],
    "POST /api/imports/sample": ["#data-sources button"],
    "PUT /api/imports/{i}/bytes": ["#data-file"],
    "POST /api/imports/{i}/read": ["#data-file"],
    "DELETE /api/imports/{i}": ["#data-file"],
    "POST /api/imports/{i}/keep": ["#data-create"],
  },
};

/** The selectors of all controls that require a role. */
export const selectorsOf = (need) => [...new Set(Object.values(CONTROLS[need]).flat())];

/** Keys by their label in the list of keys, groups whole, and what they ask of the server. */
export const KEYS = {
  annotator: {
    asks: ["POST /api/projects/{p}/gestures", "POST /api/projects/{p}/comments"],
    groups: ["Name"],
    labels: [
      "Move", "Undo", "Redo", "Accept what is suggested", "Settle it as this class", "Move the selection", "Move it a little",
      "Pin the selection where it is", "Release the pins of the selection", "Comment on the selection",
    ],
  },
  trainer: { asks: ["POST /api/projects/{p}/runs", "POST /api/runs/{r}/stop"], groups: ["Teach"], labels: [] },
};

export function roleOf(root = document.documentElement) {
  return ROLES.includes(root.dataset.role) ? root.dataset.role : null;
}

export function allows(need, role = roleOf()) {
  return role === null || ROLES.indexOf(role) >= ROLES.indexOf(need);
}

export function whyNot(need, role = roleOf()) {
  return allows(need, role) ? "" : `You are ${ARTICLE[role]} ${role} here; ${WHAT[need]}`;
}

export function needOfKey({ label, group }) {
  const found = Object.entries(KEYS).find(([, { groups, labels }]) => groups.includes(group) || labels.includes(label));
  return found ? found[0] : null;
}

const REMADE = "lodemap.role";

/** Make the page anew, once for each role. @param {Pick<import("../records").Session, "is_person" | "role">} session @param {{place?: Pick<Location, "reload">, storage?: typeof keptByTab}} [parts] for tests */
export function keepRole({ is_person: isPerson, role }, { place, storage = keptByTab } = {}) {
  if (!isPerson || role === (roleOf() ?? "admin")) return;
  // What does not outlive a reload would let it go round for ever.
  if (storage.getItem(REMADE) === role || !storage.setItem(REMADE, role)) return;
  (place ?? location).reload();
}

const STOPPED = ["click", "pointerdown", "mousedown", "dblclick", "beforeinput", "input", "change", "drop", "dragover"];
const denied = (event) => event.target.closest?.("[data-denied]");
const chooses = ({ key, target }) => target.matches("select") && /^(Arrow|Page|Home$|End$)/.test(key);

/** Whether a key does its work on a control that is denied: it leads on, and shows no other choice of a list. Pure. */
export function passes(event) {
  if (event.key === "Tab" || event.key === "Escape") return true;
  return !chooses(event) && (event.ctrlKey || event.metaKey || event.key.startsWith("Arrow"));
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function deny(node, words) {
  if (node.dataset.denied !== words) node.dataset.denied = words;
  if (node.dataset.tip !== words) node.dataset.tip = words;
  delete node.dataset.key; // the tip says why, not how
  if (node.getAttribute("aria-disabled") !== "true") node.setAttribute("aria-disabled", "true");
  // a control that is off says nothing when pointed at; this one says why
  if (node.disabled) node.disabled = false;
  if (node.matches("textarea, input[type=text]") && node.placeholder !== words) node.placeholder = words;
  if (node.matches("textarea, input[type=text]")) node.readOnly = true;
}

/** Mark what is there and what comes; do nothing where everything is allowed. */
export function startRights(root = document.documentElement) {
  const role = roleOf(root);
  const rules = Object.keys(CONTROLS).filter((need) => !allows(need, role)).map((need) => [selectorsOf(need).join(","), whyNot(need, role)]);
  if (rules.length === 0) return;
  const mark = () => rules.forEach(([selector, words]) => document.querySelectorAll(selector).forEach((node) => deny(node, words)));
  const watched = { childList: true, subtree: true, attributeFilter: ["aria-disabled", "data-tip", "disabled"] };
  new MutationObserver(mark).observe(document.body, watched);
  mark();
  for (const name of STOPPED) addEventListener(name, (event) => { if (denied(event)) stop(event); }, true);
  addEventListener("keydown", (event) => { if (denied(event) && !passes(event)) stop(event); }, true);
  if (allows("annotator", role)) return;
  // the row of a class has a menu at the pointer, and a key that renames it
  const isRow = (event) => event.target.closest?.(".palette-row");
  addEventListener("contextmenu", (event) => { if (isRow(event)) stop(event); }, true);
  addEventListener("keydown", (event) => { if (isRow(event) && /^F(2|10)$/.test(event.key)) stop(event); }, true);
}
