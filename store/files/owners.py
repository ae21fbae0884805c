"""Whose files these are: each database that keeps its files at a place says so there.

Apps remove what no row of their database names. Where two databases share a place, by mistake or
while one takes over from the other, each would remove what the other one names.
"""

from typing import Final

from store.files.artifacts import Artifacts

FOLDER: Final = "owners"


def claim(artifacts: Artifacts, owner: str, words: str) -> list[str]:
    """Say that a database keeps its files here; return what others say that do.

    Args:
        artifacts: The place.
        owner: The database, in at most 100 lower-case letters and digits.
        words: What people call it.

    Returns:
        `owners/<owner>: words` of each other one: a person who knows that it is no more may remove
        that file.
    """
    own = f"{FOLDER}/{owner}"
    known = claimed(artifacts)
    if own not in known:
        artifacts.write(own, words.encode(), durable=True)
    return [f"{name}: {said}" for name, said in known.items() if name != own]


def claimed(artifacts: Artifacts) -> dict[str, str]:
    """Return `owners/<owner>` of each database that has said so, and what people call it."""
    names = sorted(file.name for file in artifacts.listed(FOLDER) if not file.is_folder)
    return {name: artifacts.read(name)[:200].decode(errors="replace") for name in names}
