"""From an import that somebody has looked at to a project whose map forms itself."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from ml.errors import InvalidInputError
from ml.intake.records import Outline
from ml.records import PRESETS
from store.archives.adoption import import_project
from store.datasets.class_order import in_key_order
from store.errors import ConflictError, NotFoundError
from store.intake.records import Intake
from store.intake.staged import Split, Staged
from store.names import clean_name
from store.opening import Store
from store.records import Dataset, Project

MOST_PROJECT_CLASSES: Final = 200
"""Labels that may become classes of the project: a palette must stay legible."""
NO_PART: Final = "held_out must be from 0 to 0.5 or 'given'"
LEAST_SAMPLES: Final = 2
"""Fewer have no places beside each other."""


@dataclass(frozen=True)
class Choices:
    """What a person decides once the samples were seen."""

    name: str
    """Of the project and its data set."""
    held_out: Split = 0.2
    """Part to hold out, or `given`: as the files say."""
    with_classes: bool = True
    """Whether the files' labels become classes of the project; no sample is named by that."""
    latent_dim: int = 2
    preset: str = PRESETS[0]

    def to_json(self) -> dict[str, Any]:
        """Return JSON primitives that `from_json` reads back to an equal value."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Choices":
        """Build from untrusted JSON.

        Raises:
            InvalidInputError: on unknown fields, wrong types or values out of range.
        """
        if unknown := sorted(set(values) - {f.name for f in fields(cls)}):
            raise InvalidInputError(f"There is no choice '{str(unknown[0])[:40]}'.")
        choices = cls(**{"name": "", **values})
        held_out = choices.held_out
        is_part = isinstance(held_out, int | float) and not isinstance(held_out, bool)
        if held_out != "given" and not (is_part and 0 <= held_out <= 0.5):
            raise InvalidInputError(f"{NO_PART}.")
        if not isinstance(choices.with_classes, bool):
            raise InvalidInputError("with_classes must be true or false.")
        if isinstance(choices.latent_dim, bool) or choices.latent_dim not in (2, 3):
            raise InvalidInputError("A map has 2 or 3 axes; choose one of them.")
        if choices.preset not in PRESETS:
            raise InvalidInputError(f"There is no such preset; use one of {', '.join(PRESETS)}.")
        clean_name(choices.name, "name of the project")
        return choices


def split_from(text: str) -> Split:
    """Read what to hold out: a part, or "given".

    Raises:
        InvalidInputError: it is neither.
    """
    try:
        return "given" if text == "given" else float(text)
    except ValueError:
        raise InvalidInputError(f"{NO_PART}.") from None


def keep(store: Store, intake: Intake) -> Project:
    """Make a project of an import that was read; done twice, it is done once.

    Raises:
        LodemapError: with one sentence when a choice breaks a rule or the disk is full; the import
            stays as it is.
    """
    choices = Choices.from_json(intake.choices or {})
    try:  # an app that ended in between had made it already
        return store.projects.get(intake.intake_id)
    except NotFoundError:
        if not is_project(intake):
            return make_project(store, intake, choices)
    with intake.upload.open("rb") as file:
        return import_project(store, file, choices.name, project_id=intake.intake_id)


def note_kept(store: Store, intake: Intake, project: Project) -> None:
    """Say in the row of an import which project it has become, and remove its files.

    Raises:
        OutpacedError: a later turn has begun.
    """
    store.intakes.move(
        intake.intake_id, ("keeping",), "kept", intake.turn, error=None,
        dataset_id=project.dataset_id, project_id=project.project_id,
    )  # fmt: skip
    store.intakes.discard_files(intake)


def is_project(intake: Intake) -> bool:
    """Whether an import is the archive of a project, which is opened rather than made."""
    return (intake.outline or {}).get("kind") == "project"


def make_project(store: Store, intake: Intake, choices: Choices) -> Project:
    """Make a data set of the staged samples, and a project of it; both or neither.

    Raises:
        LodemapError: see `keep`.
    """
    staged = Staged(intake.staged, outline_of(intake))
    dataset = describe(intake, staged, choices)
    with ExitStack() as on_failure:
        if not store.datasets.is_known(dataset.dataset_id):
            on_failure.callback(store.datasets.drop_unused, dataset.dataset_id)
        kept = store.datasets.adopt(dataset, staged.files(), staged.content())
        project = store.projects.create(
            choices.name,
            kept.dataset_id,
            latent_dim=choices.latent_dim,
            class_names=in_key_order(kept.class_names) if choices.with_classes else (),
            preset=choices.preset,
            project_id=intake.intake_id,
        )
        on_failure.pop_all()
    return project


def outline_of(intake: Intake) -> Outline:
    """Return what an import turned out to be.

    Raises:
        ConflictError: nobody has looked yet, or it is no set of samples.
    """
    if intake.outline is None:
        raise ConflictError("The import is still being read.")
    if is_project(intake):
        raise ConflictError("The import is a project; its samples are seen once it is open.")
    return Outline.recall(intake.outline)


def describe(intake: Intake, staged: Staged, choices: Choices) -> Dataset:
    """Return the data set an import becomes.

    Raises:
        InvalidInputError: a choice does not suit the samples.
    """
    num_samples, num_classes = staged.summary().num_samples, len(staged.summary().class_names)
    if num_samples < LEAST_SAMPLES:
        raise InvalidInputError(
            f"A map needs {LEAST_SAMPLES} samples or more, and here is {num_samples}; bring others "
            "along."
        )
    if choices.with_classes and num_classes > MOST_PROJECT_CLASSES:
        raise InvalidInputError(
            f"The files have {num_classes:,} labels, and a project takes {MOST_PROJECT_CLASSES} as "
            "its classes; keep them as labels alone."
        )
    name = clean_name(choices.name, "name of the project")
    source = f"{staged.outline.format}, {intake.name}"
    return staged.describe(name, source, choices.held_out)
