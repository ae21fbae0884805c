"""What an archive says of its runs, checked so that the app can go on from them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

import orjson

from ml.errors import InvalidInputError
from store.archives.archive import BadArchiveError
from store.archives.row_lines import LAST_MOMENT
from store.names import LONGEST_AUTHOR_ID, LONGEST_DISPLAY_NAME, UUID, check_clean
from store.records import LIVE_STATES, Event, RunState
from store.runs.variants import VARIANT_KEYS

MOST_EPOCHS: Final = 100_000
"""Of a run: a worker that looks for an intact checkpoint goes back from the last, one by one."""
MOST_NESTED: Final = 200
"""Objects and lists in a column of JSON."""
_KINDS: Final = ("pretrain", "fine_tune")


def check_run(
    run: Mapping[str, Any], form: tuple[str, int], places: Mapping[str, int], num_events: int
) -> None:
    """Check a row of `run`.

    Args:
        run: The row.
        form: Preset and axes of its project.
        places: Of every run of the archive, by run_id.
        num_events: In the archive.

    Raises:
        BadArchiveError: no worker could go on from it, or no page show it.
    """
    config = object_of(run["config"]) or {}
    fits = all(type(value) in (int, float) for name, value in config.items() if name != "preset")
    is_known = run["kind"] in _KINDS and run["state"] in get_args(RunState)
    fits &= (config.get("preset"), config.get("latent_dim")) == form
    parent = run["parent_run_id"]
    is_later = parent in places and places[parent] < run["position"]  # so none is its own ancestor
    is_linked = parent is None or (is_later and run["parent_epoch"] is not None)
    is_receipt = run["receipt"] is None or object_of(run["receipt"]) is not None
    is_heard = 0 <= run["journal_seq"] <= num_events
    is_heard &= all(
        -1 <= (run[name] or 0) <= MOST_EPOCHS for name in ("last_epoch", "parent_epoch")
    )
    is_said = is_clean(run["author"], LONGEST_DISPLAY_NAME)
    is_said &= run["author_id"] is None or is_clean(run["author_id"], LONGEST_AUTHOR_ID)
    is_id = UUID.fullmatch(run["run_id"]) is not None and run["control_of"] is None
    is_good = is_known and fits and is_linked and is_receipt and is_heard and is_id and is_said
    if not (is_good and _is_timed(run, config.get("num_epochs"))):
        raise BadArchiveError(
            f"The archive's run {run['number']} is not one this Lodemap can go on from; "
            "export it again."
        )


def _is_timed(run: Mapping[str, Any], num_epochs: Any) -> bool:
    """Return whether it can be said how long a run took, and for how much."""
    begun, ended = run["started_at"], run["ended_at"]
    moments = [each for each in (run["created_at"], begun, ended) if each is not None]
    is_whole = begun is not None or run["last_epoch"] < 0
    is_whole &= ended is not None or run["state"] in LIVE_STATES
    is_counted = type(num_epochs) is int and 1 <= num_epochs <= MOST_EPOCHS
    return is_whole and is_counted and all(0 <= each <= LAST_MOMENT for each in moments)


def with_askers(
    runs: Iterable[dict[str, Any]], updates: Iterable[Event]
) -> tuple[dict[str, Any], ...]:
    """Return rows of `run` with whose each is, where the archive is of before that was noted.

    That is the author of its newest update by the name that it has; of a pretraining nobody knows.
    A variant is whose newest update it is: it had the name of who tried it.
    """
    named, newest = dict[tuple[str, str], str](), dict[str, dict[str, str]]()
    for each in updates:
        run_id = each.values["run_id"]
        named[run_id, each.author] = each.author_id
        newest[run_id] = {"author": each.author, "author_id": each.author_id}

    def with_asker(run: dict[str, Any]) -> dict[str, Any]:
        if run["author_id"] is not None:
            return run
        if (run["key"] or "").startswith(VARIANT_KEYS) and run["run_id"] in newest:
            return run | newest[run["run_id"]]
        return run | {"author_id": named.get((run["run_id"], run["author"]))}

    return tuple(map(with_asker, runs))


def is_clean(name: str, limit: int) -> bool:
    """Whether a name or id is as Lodemap keeps them, of at most `limit` characters."""
    try:
        check_clean(name, "name", limit)
    except InvalidInputError:
        return False
    return True


def object_of(text: str) -> dict[str, Any] | None:
    """Read JSON that a column holds; None where it is no object, or nested like no row of ours."""
    if text.count("{") + text.count("[") > MOST_NESTED:
        return None
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return values if isinstance(values, dict) else None
