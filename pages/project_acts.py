"""What the Projects page reads and does, in the store's terms."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from components.project_list import Learning, ProjectCard
from ml.errors import InvalidInputError, LodemapError
from ml.records import PRESETS
from ml.wording import many
from pages import demo
from pages.api import run_view
from pages.auth.declared import Need, check_need
from pages.project_choice import project_href
from pages.services import current_services, current_session, seen_project, seen_projects
from store.datasets.class_order import in_key_order
from store.errors import ArtifactDamagedError, BeingMadeError, ConflictError, NotFoundError
from store.opening import Store
from store.records import LIVE_STATES, ClassInfo, Dataset, Project, Run
from tasks.keeping import MOST_PROJECT_CLASSES

DEMO: Final = "demo"
"""Value of the option that puts the demo's digits into the store first."""

NEEDS: Final[Mapping[str, Need]] = {
    "create": "trainer",
    "rename": "trainer",
    "duplicate": "trainer",
    "archive": "trainer",
    "restore": "trainer",
    "delete": "admin",
}
"""What each act requires."""


FAR_S: Final = 5.0
"""How long a data set that is kept far away is looked at: the project is made all the same."""
UNKNOWN: Final = "This cannot be done to a project; reload the page."
"""What is said of an act that no card offers."""


@dataclass(frozen=True)
class Done:
    """What happened, to be told."""

    words: str
    """One sentence, or nothing where the next page says enough."""
    href: str = ""
    """Where to go next; empty stays on the page."""


def cards(store: Store, *, is_archived: bool) -> list[ProjectCard]:
    """Return the cards of the active or of the archived projects."""
    projects = seen_projects(include_archived=True)
    found = []
    for project in projects:
        if (project.archived_at is not None) == is_archived:
            with suppress(NotFoundError):  # deleted since it was listed
                found.append(card_of(store, project))
    return found


def card_of(store: Store, project: Project) -> ProjectCard:
    """Return one project as its card shows it."""
    dataset = store.datasets.get(project.dataset_id)
    state = store.journal.state(project.project_id)
    head = store.runs.head(project.project_id)
    living = [info for info in state.classes if info.merged_into is None]
    return ProjectCard(
        project_id=project.project_id,
        name=project.name,
        href=project_href(project.project_id),
        dataset_name=dataset.name,
        num_samples=dataset.num_samples,
        num_named=int((state.annotation >= 0).sum()),
        num_classes=len(living),
        num_runs=len(set(state.run_ids) - _forgone(store, project.project_id)),
        is_archived=project.archived_at is not None,
        frame_url=f"/api/runs/{head.run_id}/frames/{head.attempt}-{head.frame_n}" if head else None,
        colors=colors_of(state.classes),
        learning=learning_of(store, project.project_id),
    )


def _forgone(store: Store, project_id: str) -> set[str]:
    """Return the run_ids of Updates stopped before their first epoch; the Runs page hides them."""
    return {
        run.run_id
        for run in store.runs.of_project(project_id)
        if run.kind == "fine_tune" and run.state == "stopped" and run.last_epoch < 0
    }


def learning_in(store: Store, sees: Callable[[str], bool]) -> dict[str, Learning]:
    """Return what is learned in every project that somebody sees, by project_id."""
    live: dict[str, list[Run]] = {}
    for run in store.queue.live():
        if sees(run.project_id):
            live.setdefault(run.project_id, []).append(run)
    return {project_id: _learning_of(store, runs) for project_id, runs in live.items()}


def learning_of(store: Store, project_id: str) -> Learning | None:
    """Return the run of a project that learns, else the first that waits to; often none."""
    live = [run for run in store.runs.of_project(project_id) if run.state in LIVE_STATES]
    return _learning_of(store, live) if live else None


def _learning_of(store: Store, live: Sequence[Run]) -> Learning:
    """Return what is told of a project with some live runs, oldest first."""
    run = next((each for each in live if each.state != "queued"), live[0])
    _, left = run_view.pace(run, run_view.progress_of(run, store), datetime.now(UTC))
    return Learning(
        run.kind, run.number, run.state, run.last_epoch, run.config.num_epochs, left
    )  # fmt: skip


def colors_of(classes: tuple[ClassInfo, ...]) -> tuple[int | None, ...]:
    """Return the colour of each class_index.

    A merged class has that of the one it lives on in, one whose making was undone has None.
    """
    own = {info.class_index: info.color for info in classes}
    colors = {
        info.class_index: own[info.class_index if info.merged_into is None else info.merged_into]
        for info in classes
    }
    return tuple(colors.get(index) for index in range(max(own, default=-1) + 1))


def dataset_options(store: Store) -> list[dict[str, str]]:
    """Return the data sets to choose from; the demo's digits are always among them."""
    datasets = seen_datasets(store)
    options = [
        {"value": each.dataset_id, "label": f"{each.name}, {many(each.num_samples, 'sample')}"}
        for each in datasets
    ]
    if all(each.name != demo.NAME for each in datasets):
        options.append({"value": DEMO, "label": f"{demo.NAME}, the demo"})
    return options


def seen_datasets(store: Store) -> list[Dataset]:
    """Return the data sets of the projects the asker sees, oldest first; any other is nobody's."""
    seen = {project.dataset_id for project in seen_projects(include_archived=True)}
    return [each for each in store.datasets.list() if each.dataset_id in seen]


def chosen_act(chosen: object) -> tuple[str, str]:
    """Return what was chosen in a card's menu, {act, project}, as the act and the project's id.

    Raises:
        InvalidInputError: a browser that runs our page sends no such thing.
    """
    match chosen:
        case {"act": str(act), "project": str(project_id)}:
            return act, project_id
    raise InvalidInputError(UNKNOWN)


def perform(
    act: str,
    project_id: str,
    name: str | None = None,
    dataset: str | None = None,
    preset: str | None = None,
    axes: str | None = None,
    key: str | None = None,
) -> Done:
    """Do one thing to a project; `dataset`, `preset` and `axes` ("2" or "3") are a new one's.

    What makes a project and was done already under its `key` is answered, and not done again.

    Raises:
        LodemapError: with the sentence to show when it cannot be done; its `field` is "name",
            "dataset", "preset" or "axes" where one of them is why.
    """
    check_need(NEEDS.get(act, "viewer"), current_session())
    projects = current_services().store.projects
    if act != "create":
        seen_project(project_id)
    match act:
        case "create":
            return create(name or "", dataset, preset or PRESETS[0], axes or "2", key)
        case "rename":
            with about("name", InvalidInputError):
                projects.rename(project_id, name or "")
            return Done(f"Renamed to {projects.get(project_id).name}.")
        case "duplicate":
            with about("name", InvalidInputError):
                copy = _once(lambda: projects.duplicate(project_id, name or "", key), key)
            return Done(f"{copy.name} made.")
        case "archive" | "restore":
            projects.set_archived(project_id, act == "archive")
            where = "archived. Find it under Archived" if act == "archive" else "is back"
            return Done(f"{projects.get(project_id).name} {where}.")
        case "delete":
            gone = projects.get(project_id).name
            projects.delete(project_id)
            return Done(f"{gone} deleted.")
    raise InvalidInputError(UNKNOWN)


def _once(make: Callable[[], Project], key: str | None) -> Project:
    """Make a project whose id is `key`, or return it where it has been made."""
    try:
        return make()
    except BeingMadeError:
        raise
    except ConflictError:
        return seen_project(key or "")


@contextmanager
def about(field: str, *kinds: type[LodemapError]) -> Iterator[None]:
    """Say of some kinds of refusal which field of the dialog they are about."""
    try:
        yield
    except kinds as error:
        error.field = field
        raise


def create(
    name: str, dataset: str | None, preset: str, axes: str = "2", key: str | None = None
) -> Done:
    """Make a project; its page starts the pretraining when it is first opened.

    Raises:
        LodemapError: when the name, preset or axes will not do, or the data set is not there or not
            whole; as `perform`.
    """
    _check_choices(preset, axes)
    store = current_services().store
    with about("dataset", InvalidInputError, NotFoundError, ArtifactDamagedError):
        found = _whole(store, dataset)
    num_labels, words = len(found.class_names), ""
    classes = in_key_order(found.class_names)
    if num_labels > MOST_PROJECT_CLASSES:
        classes = ()
        words = f"A project takes {MOST_PROJECT_CLASSES} labels as its classes, and here are "
        words += f"{num_labels:,}: they stay labels alone."
    as_asked = (name, found.dataset_id, int(axes), 0, classes, preset, key)
    with about("name", InvalidInputError):
        project = _once(lambda: store.projects.create(*as_asked), key)
    return Done(words, project_href(project.project_id))


def _check_choices(preset: str, axes: str) -> None:
    """Refuse what the dialog does not offer."""
    with about("axes", InvalidInputError):
        if axes not in ("2", "3"):
            raise InvalidInputError(f"A map has 2 or 3 axes, not {axes[:20]}; choose one of them.")
    with about("preset", InvalidInputError):
        if preset not in PRESETS:
            raise InvalidInputError(f"There is no preset '{preset[:40]}'; choose one of the list.")


def _whole(store: Store, dataset: str | None) -> Dataset:
    """Return the data set that was chosen; refused as its map is where its files are not whole.

    Raises:
        InvalidInputError: none was chosen.
        NotFoundError: it is not there, or a file of it.
        ArtifactDamagedError: a file is not what was written.
    """
    if not dataset:
        raise InvalidInputError("There is no data set yet; add one first.")
    if dataset not in (DEMO, *(each.dataset_id for each in seen_datasets(store))):
        raise NotFoundError("There is no such data set; choose another one.")
    found = demo.put_digits(store) if dataset == DEMO else store.datasets.get(dataset)
    until = time.monotonic() + FAR_S

    def check() -> None:
        if time.monotonic() > until:
            raise _FarError

    with suppress(_FarError):
        store.datasets.files.open(found, check)
    return found


class _FarError(Exception):
    """It takes longer to be fetched than somebody waits for."""
