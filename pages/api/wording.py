"""What gestures and runs are called when the interface speaks of them: short, in the past tense."""

from collections.abc import Mapping
from typing import Any, Final

from ml.maps.codec import unpack_ids
from ml.wording import many
from store.journal.deed_words import fill, words_of
from store.queue.queue import Place
from store.records import Ack, Event, ProjectState, Run

STILL_LEARNED: Final = (
    "Later Updates built on it, so the map still shows what it learned; undo those too, or Reset."
)
STILL_ASKED: Final = "Another Update asked for the same run, so it stays."
ASK_AGAIN: Final = "Its Update had not begun; press Update to teach the map."
OUTDATED: Final = "Your move was drawn on an older map; the places you chose are kept as they are."
NEWER_FIRST: Final = "Not measured: a newer Update came first."
NAMES_ALONE: Final = "Not compared with a run without these names: that would take as long again."
TAKEN_BACK: Final = "Not measured: the run was taken back."
START_ONE: Final = (
    "No worker is running; start one as docs/deploy.md has it (celery -A tasks.celery_app worker "
    "-Q gpu …), with the settings of this app."
)
NO_GPU: Final = (
    "It waits for a GPU, and no worker has one. Start a worker where there is one, or say under "
    "Workers on the Runs page that the CPU is fine."
)
STARTING: Final = "No worker is running; the app is starting one."
NOT_BEGUN: Final = "It had not begun; press Update to ask for it again."


def count_samples(event: Event, num_samples: int) -> int:
    """Return how many samples a gesture selected."""
    return int(unpack_ids(event.samples, num_samples).size) if event.samples else 0


def describe(event: Event, count: int, state: ProjectState) -> str:
    """Return e.g. "named 213 samples apple", with the names the classes have now."""
    return _filled(words_of(event).did, event, count, state)


def describe_whole(event: Event, count: int, state: ProjectState) -> str:
    """Return what an undo of a gesture takes back: of a file of names, all of its classes."""
    file = event.values.get("file")
    return describe(event, count, state) if file is None else f"names of {_of_file(file)}"


def name_deed(event: Event, count: int, state: ProjectState) -> str:
    """Return what was done as a thing that can be taken back: "the name apple of 2 samples"."""
    if (file := event.values.get("file")) is not None:
        return f"the names of {_of_file(file)}"
    return _filled(words_of(event).deed, event, count, state)


def _filled(sentence: str, event: Event, count: int, state: ProjectState) -> str:
    return fill(
        sentence, event, count, _class_name(event, "class_index", state),
        into=_class_name(event, "into", state), new_name=str(event.values.get("name")),
    )  # fmt: skip


def _of_file(file: Mapping[str, Any]) -> str:
    number = file["num_classes"]
    if number == 0:  # it marks samples as unsure, and no more
        return str(file["name"])
    return f"{file['name']} ({many(number, 'class', 'classes')})"


def acknowledge(
    event: Event, target: Event | None, ack: Ack, state: ProjectState, run: Run | None = None
) -> str:
    """Return the sentence that answers a gesture.

    Args:
        event: the gesture as saved.
        target: what an undo or redo names.
        ack: how the journal answered.
        state: the project afterwards.
        run: the one that the target asked for, where it asked for one.
    """
    num_samples = state.annotation.size
    if target is not None:
        taken = words_of(event).did.capitalize()
        deed = name_deed(target, count_samples(target, num_samples), state)
        deed += _with_class(event, target, state)
        text = f"{taken} the Update of run {run.number}." if run else f"{taken} {deed}."
        return f"{text} {NOT_BEGUN}" if event.values.get("is_final") else text
    if event.samples and not ack.num_changed:
        return "Nothing changed: these samples were like that already."
    text = describe(event, count_samples(event, num_samples), state)
    return " ".join([f"{text[0].upper()}{text[1:]}.", *remarks(event)])


def _with_class(event: Event, target: Event, state: ProjectState) -> str:
    """Return which class goes, or comes back, with the name that made it; "" for none."""
    if "new_class" not in target.values or "file" in target.values:
        return ""
    is_there = any(each.class_index == target.values["class_index"] for each in state.classes)
    if is_there != (event.verb == "redo"):
        return ""
    return f", and the class {_class_name(target, 'class_index', state)}"


def remarks(event: Event) -> list[str]:
    """Return what a person should know about a move beside that it is saved; often nothing."""
    said = []
    if num_stayed := int(event.values.get("num_held_out", 0)):
        said.append(_held_out(num_stayed))
    if event.values.get("is_outdated"):
        said.append(OUTDATED)
    for each in event.values.get("overrides", ()):
        said.append(f"{each['count']:,} of them had been placed by {each['by']}; yours is newer.")
    return said


def _held_out(count: int) -> str:
    if count == 1:
        return (
            "1 held-out sample stayed where it was. It measures the network, so it cannot be moved."
        )
    return (
        f"{count:,} held-out samples stayed where they were. "
        "They measure the network, so they cannot be moved."
    )


def announce_run(run: Run, position: int, advice: str) -> str:
    """Return what a person should know about a run that was just asked for; often nothing."""
    said = []
    if run.state == "queued" and position > 0:
        runs = "another run" if position == 1 else f"{position} other runs"
        said.append(f"Queued behind {runs}.")
    if run.kind == "fine_tune" and advice:
        said.append(advice)
    return " ".join(said)


def how_to_start(*, is_team: bool) -> str:
    """Return what to do where no worker is running."""
    return START_ONE if is_team else STARTING


def doing(state: str, run: Run | None, project: str) -> str:
    """Return what a worker does, e.g. "Run 3 of Fruit"."""
    if run is None:
        return {"starting": "starts", "stopping": "stops"}.get(state, "waits for a run")
    kind = {"pretrain": "Pretraining", "control": "Measuring run", "variant": "A variant"}
    name = kind.get(run.kind, "Run")
    number = f" {run.number}" if run.kind in ("fine_tune", "control") else ""
    return f"{name}{number} of {project}"


def explain_wait(place: Place, worker: str | None, *, is_team: bool) -> str:
    """Return what a waiting run waits for, e.g. "2 runs before it, 1 of another project, ...".

    Args:
        place: Where it stands.
        worker: State of the most useful worker; `absent` or `failed` where there is none.
        is_team: Whether somebody has to start workers; the app does it otherwise.
    """
    if worker in ("absent", "failed"):
        return how_to_start(is_team=is_team)
    if place.lacks_gpu:
        return NO_GPU
    ahead, others = place.num_before, place.num_before - place.num_own
    when = _soon(place.starts_in_s)
    if ahead == 0:
        return "Starts in a moment" if place.starts_in_s == 0 else f"Next in line, {when}"
    runs = "1 run" if ahead == 1 else f"{ahead} runs"
    whose = "" if others == 0 else " of another project" if ahead == 1 else f", {others} elsewhere"
    return f"{runs} before it{whose}, {when}"


def _soon(seconds: float | None) -> str:
    """Return when something begins, as roughly as it is known."""
    if seconds is None:
        return "start not known yet"
    if seconds < 10:
        return "starts in a few seconds"
    if seconds < 90:
        return f"starts in about {round(seconds / 10) * 10} s"
    minutes = round(seconds / 60)
    return (
        f"starts in about {minutes} min"
        if minutes < 90
        else f"starts in about {round(minutes / 60)} h"
    )


def explain_control(control: str, *, is_on_line: bool) -> str:
    """Return why the gain of a run's moves was not measured; empty while it is or may be."""
    if control == "none":
        return NAMES_ALONE
    if control == "failed":
        return "Not measured: the run to compare with did not end well."
    if control == "absent":
        return "Not measured: a copy of a project has no run to compare with."
    if control != "stopped":
        return ""
    return TAKEN_BACK if not is_on_line else NEWER_FIRST


def _class_name(event: Event, field: str, state: ProjectState) -> str:
    index = event.values.get(field)
    for info in state.classes:
        if info.class_index == index:
            return info.name
    new = event.values.get("new_class") or event.values  # its maker may have taken it back
    return str(new.get("name", "a class"))
