// From what is known to what is drawn: classes, counts, looks, names and the selection's outline.

import { livingClasses, livingPrediction } from "../parts/classes.mjs";
import { keepEqual, stillOpen, withPending, withPendingClasses } from "../teaching/gestures.mjs";
import { classPlacesOf, withWaitingPlaces } from "../teaching/class_places.mjs";
import { learnedSeq, wornOf } from "../motion/panes.mjs";
import { withPendingPins } from "../teaching/pins.mjs";
import { buildLook, countClasses, isByClass, medians, shownClass, speakersOf } from "../parts/look.mjs";
import { readTheme } from "../parts/theme.mjs";
import { isOutlineTrue, maskOf } from "../parts/selection.mjs";

/** Colours of the data set's own labels: those of the classes with the same name, else in order. */
export function labelSlots(classNames, classes) {
  const byName = new Map(livingClasses(classes).map((each) => [each.name, each.color]));
  const used = new Set(byName.values());
  const free = Array.from({ length: 36 }, (_, slot) => slot).filter((slot) => !used.has(slot));
  return classNames.map((name, i) => byName.get(name) ?? free.shift() ?? i % 36);
}

/** Whether Edit stands on the very picture that is shown. */
const isEditShown = ({ peek, base, shown }) => !peek && (!base || (base.runId === shown?.runId && base.n === shown?.n));

/**
 * Keep the map and the derived parts of the state in step with what is known.
 * @returns {{refreshTheme: () => void, destroy: () => void}}
 */
export function createView({ state, map }) {
  let theme = readTheme();
  const speaking = { main: null, side: null }; // by window: who speaks for each class, and of what
  // Where Result learns, was scrubbed or has learned, Edit has the colours of the moment it shows.
  const ofEdit = { opinion: null, before: null }; // before: what its colours were made of last

  /** What the network said at the moment Edit shows: known of a map that was fetched, else noted when it was shown. */
  function opinionOfEdit({ peek, base }) {
    return peek?.prediction ? peek : base?.prediction ? base : ofEdit.opinion;
  }

  const opinionBefore = (value) => (isEditShown(value) ? value.opinion : opinionOfEdit(value));

  function deriveClasses({ server, annotation, annotationSeq, pending, classes }) {
    if (!server || !annotation) return;
    // Each look at the server brings a new list: what says the same must not draw everything anew.
    const fresh = keepEqual(classes, withPendingClasses(server.classes, pending, server.seq));
    state.set({
      pending: stillOpen(pending, annotationSeq),
      classes: fresh,
      named: withPending(annotation, pending, annotationSeq, fresh),
    });
  }

  function deriveLook(value) {
    const { named, opinion, label } = value;
    if (!named || !label || named.length !== label.length) return;
    if (isEditShown(value)) ofEdit.opinion = opinion;
    const known = lookBy(opinion, value);
    const before = opinionBefore(value);
    ofEdit.before = before;
    const own = before === opinion ? known : lookBy(before, { ...value, trust: null }); // told of Result's map alone
    map.setLook(known.look.color, known.mark, own.look);
    state.set({ ...known, editLook: { ...own, opinion: before } });
  }

  /** Edit stands elsewhere, or again on what is shown: its colours may have changed meanwhile. */
  function deriveEditLook(value) {
    if (opinionBefore(value) !== ofEdit.before) deriveLook(value);
  }

  function lookBy(opinion, { classes, named, label, heldOut, colorMode, hidden, dataset, trust }) {
    const prediction = fitting(livingPrediction(opinion?.prediction, classes), named.length);
    const classOf = shownClass(colorMode, { annotation: named, prediction, label });
    const slotOf = colorMode === "label" ? labelSlots(dataset.class_names, classes) : classes.map((each) => each.color);
    const confidence = prediction && opinion.confidence;
    const uncertainty = prediction && opinion.uncertainty;
    const look = buildLook({ mode: colorMode, classOf, slotOf, hidden, confidence, uncertainty, trust: fitting(trust, named.length), heldOut, annotation: named, theme });
    return { look, mark: look.mark, classOf, slotOf, counts: countClasses(classOf), prediction };
  }

  // A frame of another data set may still be on its way when the project changes.
  const fitting = (values, length) => (values && values.length === length ? values : null);

  function derivePins({ serverPins, pending, annotationSeq, latentDim }) {
    state.set({ pins: withPendingPins(serverPins, pending, annotationSeq, latentDim) });
  }

  function derivePlaces({ server, pending, classes, classPlaces }) {
    if (server) state.set({ classPlaces: keepEqual(classPlaces, classPlacesOf(server, pending, classes)) });
  }

  function deriveNames(value) {
    const { picture, shown, classOf, edit, classPlaces, server } = value;
    if (!picture || !classOf || picture.embedding.length !== classOf.length * picture.latentDim) return;
    const names = namesOn("main", picture, { ...value, ...wornOf(value) });
    const isEdit = picture === edit && value.colorMode !== "label";
    const onMap = isEdit ? withWaitingPlaces(names, classPlaces, learnedSeq(server.runs, edit.runId)) : names;
    map.main.setNames(onMap);
    state.set({ names: onMap });
    if (map.side && shown) map.side.setNames(namesOn("side", shown, value));
  }

  function namesOn(pane, { embedding, latentDim }, { classOf, named, classes, colorMode, dataset, hidden }) {
    if (!isByClass(colorMode)) return [];
    const nameOf = (i) => (colorMode === "label" ? dataset.class_names[i] : classes[i]?.name);
    const isOwn = colorMode !== "label"; // the data set's own labels are not the project's classes
    const groups = speakersIn(pane, classOf, isOwn ? named : null).filter(({ classIndex }) => !hidden.has(classIndex));
    return medians(groups, embedding, latentDim).map(({ classIndex, ...place }) => ({ text: nameOf(classIndex) ?? "", ...place, ...(isOwn ? { classIndex } : {}) }));
  }

  /** Each window remembers its own: two that show different moments are asked in turn, with each picture. */
  function speakersIn(pane, classOf, said) {
    const known = [speaking[pane], ...Object.values(speaking)].find((each) => each?.classOf === classOf && each.said === said);
    speaking[pane] = known ?? { classOf, said, groups: speakersOf(classOf, said) };
    return speaking[pane].groups;
  }

  function drawSelection({ selection, label, picture, shown }) {
    if (!label) return;
    map.setSelected(maskOf(selection.ids, label.length), selection.ids.length);
    drawOutline({ selection, picture, shown });
  }

  function drawOutline({ selection, picture, shown }) {
    map.main.setOutline(isOutlineTrue(selection, picture) ? selection.region : null);
    map.side?.setOutline(isOutlineTrue(selection, shown) ? selection.region : null);
  }

  const subscriptions = [
    state.subscribe(["server", "annotation", "annotationSeq", "pending"], deriveClasses),
    state.subscribe(["classes", "named", "opinion", "label", "colorMode", "hidden", "trust"], deriveLook),
    state.subscribe(["base", "shown", "peek"], deriveEditLook),
    state.subscribe(["serverPins", "pending", "annotationSeq"], derivePins),
    state.subscribe(["server", "pending", "classes"], derivePlaces),
    state.subscribe(["picture", "shown", "editLook", "hidden", "classes", "isSplit", "classPlaces"], deriveNames),
    state.subscribe(["selection", "label"], drawSelection),
    state.subscribe(["picture", "shown", "isSplit"], drawOutline),
  ];

  function refreshTheme() {
    theme = readTheme();
    map.refreshTheme();
    deriveLook(state.get());
    state.set({ themeCount: state.get().themeCount + 1 });
  }

  return { refreshTheme, destroy: () => subscriptions.forEach((stop) => stop()) };
}
