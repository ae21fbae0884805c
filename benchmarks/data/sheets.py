"""How fast the small pictures of a data set are drawn."""

import time

from benchmarks.data.files import drawings
from store.datasets.tiles import count_sheets, draw_sheet


def thumbnails_per_s(count: int) -> float:
    """Return the thumbnails drawn and packed in a second."""
    images = drawings(count)[:, None]
    start_s = time.perf_counter()
    for k in range(count_sheets(images)):
        draw_sheet(images, k)
    return count / (time.perf_counter() - start_s)
