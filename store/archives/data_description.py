"""What an archive says of its data set, checked as anything that anybody may have written."""

from dataclasses import dataclass, fields
from typing import Final, get_args

from ml.intake.recipes import is_recipe
from ml.records import Kind
from store.archives.archive import DATASET_FILE, BadArchiveError, json_object
from store.archives.unpacking import ArchiveReader
from store.names import SHA256
from store.records import About, Dataset
from store.sql.rows import to_about

INCOMPLETE: Final = f"The archive's {DATASET_FILE} is incomplete; export it again."


@dataclass(frozen=True)
class Description:
    """What an archive says of its data set."""

    dataset: Dataset
    content: str | None
    """sha256 of the samples alone; None of a data set that `Datasets.put` makes."""


def describe_data(archive: ArchiveReader) -> Description:
    """Read what an archive says of its data set.

    Raises:
        BadArchiveError: when that cannot be.
    """
    values = json_object(archive.read(DATASET_FILE), DATASET_FILE)
    dataset_id, name = values.get("dataset_id"), values.get("name")
    num_samples, names = values.get("num_samples"), values.get("class_names")
    is_named = isinstance(names, list) and all(isinstance(each, str) for each in names)
    is_counted = type(num_samples) is int and 0 < num_samples < 2**31
    if not isinstance(dataset_id, str) or not SHA256.fullmatch(dataset_id):
        raise BadArchiveError(f"The archive's {DATASET_FILE} names no data set; export it again.")
    if not isinstance(name, str) or not is_named or not is_counted:
        raise BadArchiveError(INCOMPLETE)
    kind = values.get("kind", "image")
    if kind not in get_args(Kind):
        raise BadArchiveError(INCOMPLETE)
    dataset = Dataset(
        dataset_id, name, values["num_samples"], _shape(values.get("sample_shape"), kind),
        tuple(values["class_names"]), kind, _about(values.get("about", {})),
    )  # fmt: skip
    content = values.get("content")
    if content is not None and not (isinstance(content, str) and SHA256.fullmatch(content)):
        raise BadArchiveError(INCOMPLETE)
    return Description(dataset, content)


def _shape(values: object, kind: Kind) -> tuple[int, ...]:
    num_axes = 1 if kind == "vector" else 3
    is_shape = isinstance(values, list) and all(type(n) is int and n > 0 for n in values)
    if not isinstance(values, list) or not is_shape or len(values) != num_axes:
        raise BadArchiveError(INCOMPLETE)
    return tuple(values)


def _about(values: object) -> About:
    """Read what else a data set has.

    Raises:
        BadArchiveError: when it is not of our form.
    """
    if not isinstance(values, dict) or set(values) - {each.name for each in fields(About)}:
        raise BadArchiveError(INCOMPLETE)
    if not all(isinstance(values.get(name, []), list) for name in ("text_columns", "treatment")):
        raise BadArchiveError(INCOMPLETE)
    about = to_about(values)
    rate, texts = about.sound_rate, about.text_columns
    is_well = (
        isinstance(about.source, str)
        and isinstance(about.has_table, bool)
        and isinstance(about.has_pictures, bool)
        and all(isinstance(each, str) for each in texts)
        and (rate is None or (type(rate) is int and 0 < rate < 10**6))
        and all(isinstance(each, str) for each in about.treatment)
        and is_recipe(about.recipe)
    )
    if not is_well:
        raise BadArchiveError(INCOMPLETE)
    return about
