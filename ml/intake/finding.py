"""Finding the file that a cell of a table names."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

from ml.intake.members import common_folder


class Match(NamedTuple):
    """A file that a cell names."""

    at: int
    """Its number."""
    looseness: int
    """0 where it lies just where the cell says, 1 by the last folder and the name, 2 by the name
    alone: of two cells that name one file, the stricter one means it."""


class FileIndex:
    """Files by their paths, by the ends of these, and by names alone where only one has them."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Take in the paths of files, with `/`."""
        self._paths = paths
        self._root = common_folder(paths)
        self._exact = {path: i for i, path in enumerate(paths)}

    def find(self, cell: str, folder: str, by_stem: bool = False) -> Match | None:
        """Return which file a cell names, None where it is none or not clear.

        The end of a path is no match where the folder that it leads to (the table's own, where the
        cell has none) holds files, but not this one: the one that is meant is missing.

        Args:
            cell: a path, from the table's folder, the top, or one on another machine; or a name.
            folder: the table's own, "" or with `/` at its end.
            by_stem: whether the name may lack its ending, as ids of samples do.
        """
        path = normalize("NFC", cell.strip()).replace("\\", "/").removeprefix("./")
        if not path:
            return None
        for exact in (folder + path, path, self._root + path):
            if exact in self._exact:
                return Match(self._exact[exact], 0)
        end, name = _last(path, 2), _last(path, 1)
        at, looseness = self._by_end.get(end), 1
        if end == name or at is None:
            at, looseness = self._by_end.get(name), 2
        if at is None and by_stem:
            at = self._by_stem.get(name)
        is_meant = at is not None and self._may_mean(at, path, folder)
        return Match(at, looseness) if at is not None and is_meant else None

    def _may_mean(self, at: int, path: str, folder: str) -> bool:
        """Whether a file with the name at the end of a path can be the one that is meant."""
        above = path.rpartition("/")[0]
        home = f"{folder}{above}/" if above else folder
        if home in self._folders:
            return self._paths[at].startswith(home)
        own = _last(above, 1)
        return own not in self._folder_names or own in self._paths[at].split("/")[:-1]

    @cached_property
    def _folders(self) -> set[str]:
        """Every folder with files in it or further below, with `/` at its end."""
        found: set[str] = set()
        for folder in {path.rpartition("/")[0] for path in self._paths} - {""}:
            parts = folder.split("/")
            found.update("/".join(parts[: n + 1]) + "/" for n in range(len(parts)))
        return found

    @cached_property
    def _folder_names(self) -> set[str]:
        return {folder.split("/")[-2] for folder in self._folders}

    @cached_property
    def _by_end(self) -> dict[str, int]:
        ends = [(_last(path, n), i) for i, path in enumerate(self._paths) for n in (1, 2)]
        return _single(set(ends))

    @cached_property
    def _by_stem(self) -> dict[str, int]:
        return _single((_last(p, 1).rpartition(".")[0], i) for i, p in enumerate(self._paths))


def _last(path: str, num_parts: int) -> str:
    return "/".join(path.split("/")[-num_parts:])


def _single(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return those that have a name no other has."""
    pairs = list(named)
    counts = Counter(name for name, _ in pairs)
    return {name: i for name, i in pairs if counts[name] == 1}
