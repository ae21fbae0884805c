"""Counts in words: "1 sample", "3,600 samples"."""


def noun(count: int, one: str, several: str = "") -> str:
    """Return a noun as it goes with a count; `several` where more are not `one` with an s."""
    return one if count == 1 else several or f"{one}s"


def many(count: int, one: str, several: str = "") -> str:
    """Return a count and its noun."""
    return f"{count:,} {noun(count, one, several)}"
