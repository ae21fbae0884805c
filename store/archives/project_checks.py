"""What an archive says of a project, checked so that the app can live with it.

Hashes only show that nothing was damaged by accident: whoever changes an archive writes new ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Final, get_args

from ml.errors import InvalidInputError, LodemapError
from ml.maps.codec import unpack_ids
from ml.maps.pins import FURTHEST
from ml.records import PRESETS
from store.archives.archive import ARTIFACTS, PROJECT_FILE, ROWS, BadArchiveError, json_object
from store.archives.data_description import describe_data
from store.archives.drawn import Role, is_drawable
from store.archives.remarks import Ground, check_remarks
from store.archives.row_lines import read_lines
from store.archives.run_checks import MOST_EPOCHS, check_run, is_clean, object_of, with_askers
from store.archives.unpacking import ArchiveReader
from store.journal.class_limit import CLASS_LIMIT
from store.journal.fold import Fold
from store.journal.gestures import NUM_COLORS
from store.names import (
    LONGEST_AUTHOR_ID,
    LONGEST_DISPLAY_NAME,
    NAME_LIMIT,
    check_clean,
    check_key,
    clean_name,
)
from store.records import Dataset, Verb
from store.runs.moments import moments_of
from store.sql.rows import to_event

_MISFITS: Final = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What folding events raises that no journal ever held."""


@dataclass(frozen=True, eq=False)
class CheckedProject:
    """A project that may be made."""

    name: str
    preset: str
    latent_dim: int
    seed: int
    data: Dataset
    runs: tuple[dict[str, Any], ...] = ()
    """Rows of `run`, in order."""
    roles: dict[str, Role] = field(default_factory=dict)
    """What each file is that a row names, by the name it has there."""
    num_events: int = 0


def check_project(archive: ArchiveReader) -> CheckedProject:
    """Read and check all but the files.

    Raises:
        BadArchiveError: when the archive contradicts itself, or breaks a rule of the app.
    """
    project = _head(archive)
    runs = tuple(rows_of(archive, "run"))
    places = {run["run_id"]: run["position"] for run in runs}
    run_ids = set(places)
    kinds = {run["run_id"]: run["kind"] for run in runs}
    fold = _check_events(archive, project, kinds)
    num_events = fold.seq
    for run in runs:
        check_run(run, (project.preset, project.latent_dim), places, num_events)
    roles: dict[str, Role] = {}
    num_frames = _name_frames(archive, run_ids, roles)
    _name_checkpoints(archive, run_ids, roles)
    counted = {"event": num_events, "run": len(runs), "frame": num_frames}
    for name, count in counted.items():
        if archive.manifest.counts.get(name) != count:
            raise BadArchiveError(f"The archive was changed: its {name}s are not {count}.")
    same = {run_id: run_id for run_id in run_ids}
    check_remarks(archive, Ground(project.data.num_samples, num_events, same))
    if stray := sorted(set(archive.artifacts) - set(roles)):
        raise BadArchiveError(f"The archive holds the file {stray[0][:80]}, which nothing names.")
    if gone := sorted(set(roles) - set(archive.artifacts) - set(archive.manifest.missing)):
        raise BadArchiveError(f"The archive lacks the file {gone[0][:80]}; export it again.")
    runs = with_askers(runs, fold.updates())
    return replace(project, runs=runs, roles=roles, num_events=num_events)


def rows_of(archive: ArchiveReader, table_name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table, by its name.

    Raises:
        BadArchiveError: when one breaks a column's type.
    """
    member = f"rows/{table_name}.jsonl"
    return read_lines(ROWS[member], archive.lines(member))


def check_frame(data: bytes, role: Role, project: CheckedProject) -> None:
    """Check the bytes of a file that pages decode; those of networks are the worker's matter.

    Raises:
        BadArchiveError: when they are not of this project's map.
    """
    shape = (project.data.num_samples, project.latent_dim)
    if not is_drawable(data, role, shape):
        raise BadArchiveError(
            f"A {role} of the archive is not of a map of {shape[0]} samples and {shape[1]} axes."
        )


def _head(archive: ArchiveReader) -> CheckedProject:
    values = json_object(archive.read(PROJECT_FILE), PROJECT_FILE)
    preset, latent_dim, seed = (values.get(name) for name in ("preset", "latent_dim", "seed"))
    is_seeded = type(seed) is int and 0 <= seed < 2**31
    if preset not in PRESETS or latent_dim not in (2, 3) or not is_seeded:
        raise BadArchiveError(
            f"The archive's {PROJECT_FILE} has a preset, a number of axes or a seed that this "
            "Lodemap does not know."
        )
    try:
        name = clean_name(values.get("name"), "name of the project")
    except InvalidInputError as error:
        raise BadArchiveError(f"The archive cannot be used: {error.sentence}") from error
    return CheckedProject(name, preset, latent_dim, values["seed"], describe_data(archive).dataset)


def _check_events(
    archive: ArchiveReader, project: CheckedProject, kinds: Mapping[str, str]
) -> Fold:
    """Fold every event, as the app will do; return the fold.

    Args:
        archive: With the events.
        project: Of which they tell.
        kinds: Of its runs, by run_id.
    """
    fold = Fold(project.data.num_samples, project.latent_dim)
    for row in rows_of(archive, "event"):
        try:
            if row["verb"] not in get_args(Verb):
                raise BadArchiveError(
                    f"The archive's event {row['seq']} is a '{row['verb'][:40]}', which this "
                    "Lodemap does not know; update Lodemap and open it again."
                )
            check_key(row["key"])
            check_clean(row["author"], "display name", LONGEST_DISPLAY_NAME)
            check_clean(row["author_id"], "session id", LONGEST_AUTHOR_ID)
            event = to_event(SimpleNamespace(**row, project_id=""))  # type: ignore[arg-type]
            named = {values["run_id"] for values in _with_run(event.values)}
            if named - kinds.keys():
                raise KeyError("run_id")
            if event.verb == "update" and kinds[event.values["run_id"]] == "pretrain":
                raise KeyError("kind")
            if event.samples:
                unpack_ids(event.samples, project.data.num_samples)
            fold.advance(event)
        except BadArchiveError:
            raise
        except (*_MISFITS, LodemapError) as error:
            raise BadArchiveError(
                f"The archive's event {fold.seq + 1} does not follow from those before it; "
                "export it again."
            ) from error
    _check_board(fold)
    return fold


def _check_board(fold: Fold) -> None:
    """Check what events say of classes: a page and a worker count on it."""
    state = fold.state()
    classes = [*fold.made.values(), *state.classes]
    is_good = all(
        0 <= info.class_index < CLASS_LIMIT and 0 <= info.color < NUM_COLORS for info in classes
    )
    is_good &= sorted(fold.made) == list(range(len(fold.made)))  # the next one gets the next number
    places = list(state.class_places.values())
    is_good &= all(len(place) == fold.latent_dim for place in places)
    is_good &= all(type(x) in (int, float) and abs(x) <= FURTHEST for p in places for x in p)
    if not is_good or not all(is_clean(info.name, 2 * NAME_LIMIT) for info in classes):
        raise BadArchiveError("The archive holds a class that cannot be; export it again.")


def _with_run(values: Any) -> list[Any]:
    return [each for each in (values, values.get("snapshot", {})) if "run_id" in each]


def _name_frames(archive: ArchiveReader, run_ids: set[str], roles: dict[str, Role]) -> int:
    count = 0
    for frame in rows_of(archive, "frame"):
        _check_owner(frame, run_ids)
        count += 1
        if frame["is_snapshot"] or frame["artifact"] not in roles:
            roles[frame["artifact"]] = "snapshot" if frame["is_snapshot"] else "frame"
        if frame["field"] is not None:
            roles[frame["field"]] = "field"
    return count


def _name_checkpoints(archive: ArchiveReader, run_ids: set[str], roles: dict[str, Role]) -> None:
    for snapshot in rows_of(archive, "snapshot"):
        _check_owner(snapshot, run_ids)
        if not 0 <= snapshot["epoch"] <= MOST_EPOCHS:
            raise BadArchiveError("The archive holds a snapshot of no epoch; export it again.")
        roles[snapshot["checkpoint"]] = "checkpoint"
        if ARTIFACTS + (beside := moments_of(snapshot["checkpoint"])) in archive.manifest.members:
            roles[beside] = "moments"


def damaged_networks(archive: ArchiveReader) -> set[str]:
    """Return the files of networks that are not what was written: they were packed damaged.

    Raises:
        BadArchiveError: when a row of a snapshot breaks a column's type.
    """
    members, rows = archive.manifest.members, rows_of(archive, "snapshot")
    named = {row["checkpoint"]: row["sha256"] for row in rows}
    return {
        name
        for name in archive.artifacts
        if name in named and members[ARTIFACTS + name].sha256 != named[name]
    }


def _check_owner(row: dict[str, Any], run_ids: set[str]) -> None:
    metrics = object_of(row["metrics"])
    is_measured = metrics is not None and all(
        value is None or type(value) in (int, float) for value in metrics.values()
    )
    if row["run_id"] not in run_ids or not is_measured:
        raise BadArchiveError("The archive holds a snapshot or frame of no run; export it again.")
