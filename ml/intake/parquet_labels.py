"""What the datasets library writes about labels into the schema of a Parquet file."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import pyarrow as pa

from ml.intake.array_roles import MOST_CLASSES

KEY: Final = b"huggingface"
LABEL: Final = "ClassLabel"


def label_names(schema: pa.Schema) -> dict[str, tuple[str, ...]]:
    """Return what whole numbers are called, by column; without those nobody named."""
    labels = {name: feature for name, feature in _features(schema).items()
              if isinstance(feature, Mapping) and feature.get("_type") == LABEL}  # fmt: skip
    found = {name: _names(feature.get("names")) for name, feature in labels.items()}
    return {name: names for name, names in found.items() if names}


def lists_of_labels(schema: pa.Schema) -> frozenset[str]:
    """Return the columns in which a sample has several classes, or none: no vectors."""
    features = _features(schema)
    return frozenset(name for name, feature in features.items() if _holds_labels(feature))


def _features(schema: pa.Schema) -> Mapping[str, Any]:
    try:
        said: Any = orjson.loads(  # refuses half a pair of surrogates, which is no text
            (schema.metadata or {}).get(KEY, b"{}")
        )
        features = said["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}
    return features if isinstance(features, Mapping) else {}


def _names(said: Any) -> tuple[str, ...]:
    """Return names by their numbers, given as a list or by these: {"0": "ant", "2": "cow"}.

    A number without a name is called by its digits; what is no text names nothing.
    """
    if isinstance(said, Mapping):
        if not all(each.isdecimal() and int(each) < MOST_CLASSES for each in said):
            return ()
        known = {int(each): name for each, name in said.items()}
        said = [known.get(i, str(i)) for i in range(max(known, default=-1) + 1)]
    is_named = isinstance(said, list) and all(isinstance(name, str) for name in said)
    return tuple(said) if is_named else ()


def _holds_labels(feature: Any) -> bool:
    """Whether a feature is a sequence of class labels, as any version of the library writes it."""
    if isinstance(feature, list):
        inner = feature[0] if feature else None
    else:
        inner = feature.get("feature") if isinstance(feature, Mapping) else None
    return isinstance(inner, Mapping) and inner.get("_type") == LABEL
