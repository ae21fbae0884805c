"""Finding the file that a cell of a table names."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from unicodedata import normalize

from ml.intake.members import common_folder


class FileIndex:
    """Files by their paths, by the ends of these, and by names alone where only one has them."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Take in the paths of files, with `/`."""
        self._paths = paths
        self._root = common_folder(paths)
        self._exact = {path: i for i, path in enumerate(paths)}

    def find(self, cell: str, folder: str, by_stem: bool = False) -> int | None:
        """Return which file a cell names, None where it is none or not clear.

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
                return self._exact[exact]
        for end in (_last(path, 2), _last(path, 1)):
            if end in self._by_end:
                return self._by_end[end]
        return self._by_stem.get(_last(path, 1)) if by_stem else None

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
