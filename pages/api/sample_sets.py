"""Data sets that are brought in by name: the demo's, and public ones that are fetched."""

from collections.abc import Mapping
from typing import Any

from ml.intake.records import Options
from pages.services import Services
from pages.session import Session
from store.intake.records import Intake
from tasks.public_sets import PublicSet, digits_file, find_set


def describe(each: PublicSet) -> dict[str, Any]:
    """Return what a page shows of a public data set; its size is 0 where it is chosen in parts."""
    return {
        "key": each.key,
        "name": each.name,
        "words": each.words,
        "licence": each.licence,
        "size": each.size,
    }


def bring_digits(parts: Services, asker: Session) -> Intake:
    """Begin an import of the demo's digits."""
    data = digits_file()
    store = parts.store
    intake = store.intakes.create("digits.npz", len(data), asker.author, asker.author_id)
    store.intakes.append(intake.intake_id, asker.author_id, 0, data)
    return parts.backend.desk.read(intake, Options())


def bring_public(parts: Services, asker: Session, body: Mapping[str, Any]) -> Intake:
    """Begin to fetch a public data set.

    Raises:
        InvalidInputError: there is none of that name, or its words break a rule.
    """
    source: dict[str, Any] = {"key": body.get("set")}
    if source["key"] == "quickdraw":
        source |= {"words": body.get("words"), "num_per_class": body.get("num_per_class", 1000)}
    wanted = find_set(**source)
    own = (asker.author, asker.author_id)
    intake = parts.store.intakes.create(wanted.name, wanted.size, *own, source)
    parts.backend.desk.fetch(intake)
    return intake
