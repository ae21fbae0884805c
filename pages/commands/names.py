"""`python app.py import names.csv --into PROJECT`: names that were given elsewhere."""

import argparse
from typing import Final

from ml.errors import InvalidInputError
from pages.commands.terminal import show
from store.annotations.merge import Choice, Merge
from store.opening import Store
from store.reading import find_project
from tasks.names_merge import carry_out, plan, read

MOST_SHOWN: Final = 200
"""Conflicts and unknown ids that are listed one by one."""
MOST_BYTES: Final = 256 * 2**20
CONFLICTS: Final[tuple[Choice, ...]] = ("keep", "replace")


def merge_names(store: Store, asked: argparse.Namespace, author: tuple[str, str]) -> str:
    """Merge a table of annotations into a project's journal; return the sentence to end with.

    Args:
        store: with the project.
        asked: flags of `app.py import`: path, into, conflicts, look.
        author: display name and id of whoever brings it.

    Raises:
        LodemapError: it is no such table, or there is no such project; nothing was changed.
    """
    project = find_project(store, asked.into)
    if asked.path.stat().st_size > MOST_BYTES:
        raise InvalidInputError(f"{asked.path.name} has more than {MOST_BYTES // 2**20} MB.")
    file = read(store, project.project_id, asked.path.name, asked.path.read_bytes())
    show(told(plan(store, project.project_id, file)))
    if asked.look:
        return "Nothing was changed."
    return carry_out(store, project.project_id, file, asked.conflicts, author).message


def told(merge: Merge) -> list[str]:
    """Return what a merge would change, line by line; conflicts one by one."""
    lines = [f"{merge.num_added:,} without a name would get one, {merge.num_same:,} have it."]
    lines += [f"  {name}: a new class" for name in merge.new_classes]
    lines += _some(
        f"{len(merge.conflicts):,} have another name; --conflicts says whose stands.",
        [f"{each.sample_id}: {each.was} by {each.by or 'somebody'}, {each.becomes} in the file"
         for each in merge.conflicts],
    )  # fmt: skip
    lines += _some(
        f"{len(merge.disagreements):,} have several names in the file and are left out.",
        [f"{each.sample_id}: {', '.join(each.class_names)}" for each in merge.disagreements],
    )
    lines += _some(
        f"{len(merge.unknown_ids):,} are no samples of this project.", list(merge.unknown_ids)
    )
    return [*lines, *merge.bad_names]


def _some(head: str, members: list[str]) -> list[str]:
    if not members:
        return []
    more = len(members) - MOST_SHOWN
    rest = [f"  and {more:,} more"] if more > 0 else []
    return [head, *(f"  {each}" for each in members[:MOST_SHOWN]), *rest]


def check_names(asked: argparse.Namespace) -> None:
    """Check that the table is a file.

    Raises:
        InvalidInputError: it is none.
    """
    if asked.path is None or not asked.path.is_file():
        raise InvalidInputError("--into takes one table: CSV or Parquet, a row a sample.")
