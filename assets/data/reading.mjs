// How files are read: side, colour, columns, sound. Each change reads them again.

import { el } from "../parts/elements.mjs";
import { optionsOf, ROLE_WORDS, rolesFor, rolesOf, shownOf, withRole } from "./columns.mjs";
import { num } from "../parts/counting.mjs";

/** @import {DataValues, State} from "../records" */

const SIDES = [16, 28, 32, 48, 64, 96, 128, 224];
const COLORS = [["auto", "automatic"], ["grey", "grey"], ["rgb", "in colour"]];
const RATES = [8_000, 16_000, 22_050, 32_000, 44_100, 48_000];
const WINDOWS = [0.25, 0.5, 1, 2, 3, 5, 10];
const OVERLAPS = [0, 0.25, 0.5, 0.75];
const SIZES = [32, 48, 64, 96, 128];
const SOUND = { rate: 16_000, window_s: 1, overlap: 0, num_mels: 64, num_frames: 64 };

const within = (list, value) => (value === null || value === undefined || list.includes(value) ? list : [...list, value].sort((one, two) => one - two));

function select(id, label, options, value, onChange, note = "") {
  const node = el("select", { id, class: "form-select" }, options.map(([key, words]) => el("option", { value: key, selected: String(key) === String(value) }, words)));
  node.addEventListener("change", () => onChange(node.value));
  return el("div", { class: "field" }, [el("label", { for: id }, label), node, note ? el("p", { class: "cap" }, note) : null]);
}

const NOTE = "Used for measuring and colour. Your names always win.";

/** The field that says where labels come from. */
function labelField({ outline, summary, options }, change) {
  const labelOf = (roles) => [...roles].find(([, role]) => role === "label")?.[0] ?? "";
  const now = labelOf(rolesOf(outline, options));
  const columns = outline.columns.filter((each) => rolesFor(each).includes("label")).map(({ name }) => [name, `column ${name}`]);
  if (columns.length) return select("data-labels", "Labels from", [["", "no column"], ...columns], now, (name) => change((options) => { const roles = rolesOf(outline, options); return optionsOf(name ? withRole(roles, name, "label") : withRole(roles, labelOf(roles), "none")); }), NOTE);
  const where = !summary ? "–" : summary.classes.length ? `the files, ${num(summary.classes.length)} ${summary.classes.length === 1 ? "class" : "classes"}` : "none in these files";
  const note = summary && !summary.classes.length ? "You name points on the map; a few names go a long way." : NOTE;
  return el("div", { class: "field" }, [el("span", { class: "field-name" }, "Labels from"), el("div", { class: "plain-value" }, where), el("p", { class: "cap" }, note)]);
}

function pictureFields({ options, outline }, change) {
  const { side } = outline.chosen;
  const sides = within(SIDES, options.side).map((each) => [each, `${each} pixels`]);
  return [
    el("div", { class: "pair" }, [
      select("data-side", "Longest side", [["", side ? `automatic, ${side}` : "automatic"], ...sides], options.side ?? "", (value) => change(() => ({ side: value ? Number(value) : null }))),
      select("data-color", "Colour", COLORS, options.color ?? "auto", (color) => change(() => ({ color }))),
    ]),
  ];
}

function soundFields({ options, outline }, change) {
  const sound = { ...SOUND, ...outline.chosen.sound, ...options.sound };
  const set = (patch) => change((options) => ({ sound: { ...sound, ...options.sound, ...patch } }));
  return [
    el("div", { class: "pair" }, [
      select("data-window", "One sample is", within(WINDOWS, sound.window_s).map((s) => [s, `${s} s`]), sound.window_s, (value) => set({ window_s: Number(value) })),
      select("data-overlap", "Overlap", within(OVERLAPS, sound.overlap).map((part) => [part, `${Math.round(100 * part)} %`]), sound.overlap, (value) => set({ overlap: Number(value) })),
    ]),
    el("div", { class: "pair" }, [
      select("data-rate", "Rate", within(RATES, sound.rate).map((hertz) => [hertz, `${num(hertz / 1000)} kHz`]), sound.rate, (value) => set({ rate: Number(value) }), "Higher keeps higher tones."),
      select("data-mels", "Spectrogram", within(SIZES, sound.num_mels).map((side) => [side, `${side} × ${side}`]), sound.num_mels, (value) => set({ num_mels: Number(value), num_frames: Number(value) })),
    ]),
  ];
}

function columnRows({ outline, options }, change) {
  const roles = rolesOf(outline, options);
  const { shown, numHidden } = shownOf(outline.columns, roles);
  const rows = shown.map((column) => {
    const options = rolesFor(column, roles.get(column.name)).map((role) => [role, ROLE_WORDS[role]]);
    const node = el("select", { class: "form-select form-select-sm", "aria-label": `Column ${column.name}`, "data-column": column.name }, options.map(([role, words]) => el("option", { value: role, selected: roles.get(column.name) === role }, words)));
    node.addEventListener("change", () => change((options) => optionsOf(withRole(rolesOf(outline, options), column.name, node.value))));
    return el("div", { class: "column-row" }, [el("span", { class: "num clip", title: column.name }, column.name), node]);
  });
  if (numHidden) rows.push(el("p", { class: "cap" }, `and ${num(numHidden)} columns of numbers, all values`));
  return el("details", { class: "columns" }, [el("summary", {}, `Columns (${num(outline.columns.length)})`), el("div", { class: "column-rows scroll" }, rows)]);
}

function duplicatesField({ options }, change) {
  const node = el("input", { id: "data-keep-duplicates", type: "checkbox", role: "switch", class: "form-check-input", checked: Boolean(options.keep_duplicates) });
  node.addEventListener("change", () => change(() => ({ keep_duplicates: node.checked })));
  return el("div", { class: "form-check form-switch" }, [node, el("label", { class: "form-check-label", for: node.id }, "Keep samples that are the same")]);
}

/**
 * @param {{place: HTMLElement, state: State<DataValues>, onRead: (options: Record<string, any>) => void}} parts `onRead` hears all options
 */
export function mountReading({ place, state, onRead }) {
  let drawn = "";
  let wasReading = false;

  /** Read with other options; `patchOf` is told what is wanted by now, which the server may not have heard yet. */
  function change(patchOf) {
    const { imported, wanted } = state.get();
    const options = wanted ?? imported.options;
    onRead({ ...options, ...patchOf(options) });
  }

  function fields(imported) {
    const { outline, summary } = imported;
    if (outline.kind === "project") return [];
    const isTable = outline.columns.length > 0;
    const how = outline.kind === "spectrogram" ? soundFields(imported, change) : outline.kind === "image" ? pictureFields(imported, change) : [];
    return [labelField(imported, change), ...(isTable ? [columnRows(imported, change)] : []), ...how, summary?.num_duplicates || imported.options.keep_duplicates ? duplicatesField(imported, change) : null].filter(Boolean);
  }

  function render({ imported, phase }) {
    const isBusy = phase !== "ready" && phase !== "failed"; // while files are read they may be asked for otherwise all the same
    const key = JSON.stringify([imported?.import_id, imported?.outline, imported?.options, imported?.summary?.classes?.length, imported?.summary?.num_duplicates]);
    // What was chosen may have been refused: once a reading ends, the fields say what is in force.
    const hasEnded = wasReading && phase !== "reading";
    wasReading = phase === "reading";
    if (imported?.outline && (key !== drawn || hasEnded)) {
      drawn = key;
      const focused = place.contains(document.activeElement) ? document.activeElement.id || document.activeElement.dataset.column : "";
      const wasOpen = place.querySelector("details")?.open;
      place.replaceChildren(...fields(imported));
      if (wasOpen && place.querySelector("details")) place.querySelector("details").open = true;
      // Reading again draws the fields anew; the keyboard stays where it was.
      if (focused) place.querySelector(`#${CSS.escape(focused)}, [data-column="${CSS.escape(focused)}"]`)?.focus();
    }
    for (const control of /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll("select, input"))) control.disabled = phase === "keeping";
    place.classList.toggle("busy", isBusy);
  }

  return state.subscribe(["imported", "phase"], render);
}
