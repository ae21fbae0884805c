"""Names of a table that somebody brings, merged into a project: first what they would change."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ml.wording import many, noun
from store.annotations.files import AnnotationFile
from store.annotations.merge import Choice, Merge, to_gestures
from store.annotations.plan import plan_merge
from store.archives.arriving_data import PREFIX
from store.files.disk import disk_errors
from store.names import clean_name
from store.opening import Store
from store.records import Ack, Gesture, ProjectState
from tasks.names_files import read_apart


@dataclass(frozen=True)
class Merged:
    """What became of a merge."""

    num_changed: int
    """Samples."""
    seq: int | None
    """Of its first gesture, of which the others are parts: undo takes all back by it."""
    message: str


def read(store: Store, project_id: str, name: str, data: bytes) -> AnnotationFile:
    """Return the annotations that the bytes of a file hold.

    Raises:
        LodemapError: when it is no table of annotations, there is no such project, or no room on
            the disk for what is not kept.
    """
    store.datasets.of_project(project_id)
    with (
        disk_errors("The file"),
        tempfile.TemporaryDirectory(dir=store.settings.data_dir, prefix=PREFIX) as folder,
    ):
        path = Path(folder) / "annotations"
        path.write_bytes(data)
        return read_apart(path, clean_name(name, "name of the file"))


def plan(store: Store, project_id: str, file: AnnotationFile) -> Merge:
    """Return what a file would change in a project as it is.

    Raises:
        LodemapError: when it would make too many classes, or there is no such project.
    """
    sample_ids = store.datasets.sample_ids(store.datasets.of_project(project_id))
    state = store.journal.state(project_id)
    return plan_merge(file, sample_ids, state, lambda seq: store.journal.event(project_id, seq))


def carry_out(
    store: Store,
    project_id: str,
    file: AnnotationFile,
    conflicts: Choice,
    author: tuple[str, str],
) -> Merged:
    """Append the gestures of a merge, with its file's name; return what became of it.

    Who names a sample before all of it is saved has named it before the file: it is planned anew.
    """
    sample_ids = store.datasets.sample_ids(store.datasets.of_project(project_id))
    merges: list[Merge] = []

    def work_out(state: ProjectState) -> list[Gesture]:
        merge = plan_merge(file, sample_ids, state, partial(store.journal.event, project_id))
        merges.append(merge)
        return in_one(to_gestures(merge, conflicts), merge.seq + 1, file.name)

    acks = store.journal.append_all(project_id, work_out, *author)
    return told(acks, merges[-1], conflicts)


def in_one(gestures: Sequence[Gesture], seq: int, name: str) -> list[Gesture]:
    """Make gestures parts of the first, which will be event `seq` and names the file."""
    file = {"name": name, "num_classes": sum(each.verb == "annotate" for each in gestures)}
    parts: list[dict[str, Any]] = [{"file": file}, *({"part_of": seq} for _ in gestures[1:])]
    return [
        replace(each, values={**each.values, **part})
        for each, part in zip(gestures, parts, strict=False)
    ]


def told(acks: Sequence[Ack], merge: Merge, conflicts: Choice) -> Merged:
    """Return what became of a merge."""
    num_kept = len(merge.conflicts) if conflicts == "keep" else 0
    verbs = [gesture.verb for gesture in to_gestures(merge, conflicts)]
    return Merged(
        num_changed=sum(ack.num_changed for ack in acks),
        seq=acks[0].seq if acks else None,
        message=message_of(list(zip(verbs, acks, strict=True)), num_kept, merge.num_same),
    )


def message_of(done: Sequence[tuple[str, Ack]], num_kept: int, num_same: int) -> str:
    """Return in words what became of a merge.

    Args:
        done: Verb and answer of each gesture.
        num_kept: Samples that keep what somebody said otherwise.
        num_same: Samples of which the file says what stands.
    """
    named = [ack.num_changed for verb, ack in done if verb == "annotate"]
    num_unsure = sum(ack.num_changed for verb, ack in done if verb == "mark_unsure")
    said = []
    if num_named := sum(named):
        classes = many(len(named), "class", "classes")
        said.append(f"{many(num_named, 'sample')} named in {classes}.")
    if num_unsure:
        said.append(f"{many(num_unsure, 'sample')} marked as unsure.")
    if not said:
        said.append("Nothing was named.")
    if num_kept:
        stay = noun(num_kept, "stays as it is", "stay as they are")
        said.append(f"{num_kept:,} that somebody had named otherwise {stay}.")
    elif not (num_named or num_unsure):
        why = "says nothing that is not known already" if num_same else "says nothing of use here"
        return f"The file {why}."
    return " ".join(said)
