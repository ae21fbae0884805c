"""What a gesture puts off the line, at what price."""

from store.journal.pen import gone_of


class Counted(str):
    """A run's id, with how often any was compared with another."""

    num_compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.num_compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_gone_of__names_what_left_the_line() -> None:
    assert gone_of(("a", "b", "c"), ("b", "d")) == ("a", "c")
    assert gone_of(("a", "b"), ("a", "b")) == gone_of((), ("a",)) == ()


def test_gone_of__compares_each_run_a_few_times_at_most() -> None:
    ids = tuple(Counted(nth) for nth in range(300))
    again = tuple(Counted(nth) for nth in range(300))
    Counted.num_compared = 0
    assert gone_of(ids, again) == ()
    assert gone_of(ids, again[:-1]) == ids[-1:]
    assert Counted.num_compared <= 4 * len(ids)
