"""What an event did, as bytes and back."""

import numpy as np
import pytest

from store.journal.deeds import pack_deed, unpack_deeds

N = 50
CHOSEN = [3, 8, 9, 40]


@pytest.mark.parametrize(
    ("chosen", "changed", "before", "after", "num_bytes"),
    [
        (CHOSEN, CHOSEN, [-1, -1, -1, -1], [2, 2, 2, 2], 4),
        (CHOSEN, [8, 40], [-1, 5], [2, 2], 1 + 4 + 2),
        (CHOSEN, [], [], [], 1),
        ([], [1, 2, 48], [7, 7, -2], [-1, 0, 300], 8 + 6 + 6),
        ([], [], [], [], 0),
    ],
    ids=["all", "some", "none", "others", "silent"],
)
def test_pack_deed__is_read_back_from_few_bytes(
    chosen: list[int], changed: list[int], before: list[int], after: list[int], num_bytes: int
) -> None:
    ids = np.array(chosen, np.uint32)
    whole = (np.array(changed, np.uint32), np.array(before, np.int16), np.array(after, np.int16))
    data = pack_deed(ids, *whole, N)
    assert len(data) == 10 + num_bytes
    one, other = unpack_deeds(data + data)
    assert one == other
    found = one.of(ids, N)
    assert [each.tolist() for each in found] == [changed, before, after]
    assert [each.dtype for each in found] == [each.dtype for each in whole]
