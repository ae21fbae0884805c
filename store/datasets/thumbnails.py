"""The sheets of small pictures of data sets, built when first asked for."""

from store.datasets.datasets import Datasets
from store.datasets.files import PICTURES
from store.datasets.tiles import TILE, SheetPlan, Values, count_sheets, draw_sheet, plan_sheets
from store.errors import NotFoundError
from store.files.cache import Cache


class Thumbnails:
    """Sheets of the data sets."""

    def __init__(self, datasets: Datasets, cache: Cache) -> None:
        self._datasets = datasets
        self._cache = cache

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
        key = f"sheet:{TILE}:2:{dataset_id}:{k}"  # 2: how they are drawn
        data = self._cache.get(key)
        if data is None:
            data = draw_sheet(values, k)
            self._cache.set(key, data)
        return data

    def drawn(self, dataset_id: str) -> Values:
        """Return what stands for the samples: themselves, or the pictures of vectors."""
        if self._datasets.get(dataset_id).about.has_pictures:
            return self._datasets.files.array(dataset_id, PICTURES)
        return self._datasets.samples(dataset_id).images
