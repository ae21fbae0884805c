"""The sheets of small pictures of data sets, built when first asked for.

Those of large sets are drawn ahead by the workers; what they have not drawn yet is drawn here.
"""

from collections.abc import Callable

from store.datasets.datasets import Datasets
from store.datasets.files import PICTURES
from store.datasets.sheets_ahead import SheetsAhead
from store.datasets.tiles import (
    DRAWN_AS,
    TILE,
    SheetPlan,
    Values,
    count_sheets,
    draw_sheet,
    plan_sheets,
)
from store.errors import NotFoundError
from store.files.cache import Cache
from store.files.fetched import go_on


class Thumbnails:
    """Sheets of the data sets."""

    def __init__(self, datasets: Datasets, cache: Cache, ahead: SheetsAhead) -> None:
        self._datasets = datasets
        self._cache = cache
        self._ahead = ahead

    def plan(self, dataset_id: str) -> SheetPlan:
        """Return how the tiles of a data set lie.

        Raises:
            NotFoundError: no such data set.
        """
        return plan_sheets(self.drawn(dataset_id))

    def sheet(self, dataset_id: str, k: int) -> bytes:
        """Return sheet `k` as PNG, grey or RGB; the last sheet is only as high as it needs.

        Raises:
            NotFoundError: no such data set or sheet.
        """
        values = self.drawn(dataset_id)
        num_sheets = count_sheets(values)
        if not 0 <= k < num_sheets:
            raise NotFoundError(f"There is no sheet {k}; this data set has {num_sheets}.")
        data = self._cache.get(_key(dataset_id, k))
        if data is None:
            found = self._ahead.of(dataset_id, values, k)
            data = found[k] if k in found else draw_sheet(values, k)
            for each, png in {**found, k: data}.items():
                self._cache.set(_key(dataset_id, each), png)
        return data

    def drawn(self, dataset_id: str, check: Callable[[], None] = go_on) -> Values:
        """Return what stands for the samples: themselves, or the pictures of vectors.

        Args:
            dataset_id: Of which set.
            check: Called now and then while it is fetched from afar; may raise.

        Raises:
            NotFoundError: no such data set, or its files are gone.
        """
        if self._datasets.get(dataset_id).about.has_pictures:
            return self._datasets.files.array(dataset_id, PICTURES, check)
        return self._datasets.samples(dataset_id, check).images


def _key(dataset_id: str, k: int) -> str:
    return f"sheet:{TILE}:{DRAWN_AS}:{dataset_id}:{k}"
