"""Counts in words."""

from ml.wording import many, noun


def test_counts__take_the_noun_that_fits() -> None:
    assert [many(n, "sample") for n in (0, 1, 3600)] == ["0 samples", "1 sample", "3,600 samples"]
    assert (many(1, "class", "classes"), many(2, "class", "classes")) == ("1 class", "2 classes")
    assert (noun(1, "point"), noun(2, "point")) == ("point", "points")
