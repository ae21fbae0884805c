"""Parquet files whose pictures are the samples, as the datasets library writes them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import bring, make_folder, make_zip, png, refused
from tests.ml.intake.heard import encoded, tone

NAMES = ("ant", "bee", "cow")
FEATURES = {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}
STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def squares(count: int, form: str = "PNG", first: int = 0) -> list[bytes]:
    """Grey pictures, each another one."""
    noise = np.random.default_rng(first).integers(0, 256, (count, 12, 10), np.uint8)
    return [
        png(each, form=form, **({"lossless": True} if form == "WEBP" else {})) for each in noise
    ]


def written(path: Path, columns: dict[str, Any], features: Any = None, **options: Any) -> Path:
    """Save columns, with what the datasets library says of them."""
    table = pa.table(columns)
    if features is not None:
        said = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": said})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, **options)
    return path


def structs(pictures: list[bytes | None]) -> Any:
    return pa.array([{"bytes": data, "path": None} for data in pictures], STRUCT)


def test_pictures__in_a_struct_with_named_classes(tmp_path: Path) -> None:
    columns = {"image": structs([*squares(4)]), "label": [2, 0, 1, 2]}
    taken = bring(written(tmp_path / "a.parquet", columns, FEATURES))
    assert (taken.outline.kind, taken.outline.format) == ("image", "Parquet")
    assert taken.outline.sample_shape == (1, 12, 10)
    assert taken.outline.num_samples == 4
    assert taken.ids == ["0", "1", "2", "3"]
    assert taken.class_names == ["cow", "ant", "bee", "cow"]
    assert taken.outline.chosen["picture_column"] == "image"
    assert taken.outline.chosen["side"] == 12
    assert "A sample is the picture in the column 'image'." in taken.outline.treatment


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_pictures__as_plain_bytes_keep_their_pixels(tmp_path: Path, form: str) -> None:
    columns = {"id": ["x", "y"], "png": pa.array(squares(2, form), pa.binary()), "site": ["a", "b"]}
    taken = bring(written(tmp_path / "a.parquet", columns))
    assert taken.ids == ["x", "y"]
    assert taken.outline.chosen["text_columns"] == ["site"]
    noise = np.random.default_rng(0).integers(0, 256, (2, 12, 10), np.uint8)
    if form != "JPEG":
        assert np.array_equal(taken.values[:, 0], noise)


@pytest.mark.parametrize("make", [make_folder, make_zip])
def test_shards__are_one_set_split_by_their_names(tmp_path: Path, make: Any) -> None:
    names = ["train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"]
    files = {"set/README.md": b"---\ndataset_info: 1\n---"}
    for k, name in enumerate(names):
        columns = {"image": structs([*squares(3, first=k)]), "label": [0, 1, 2]}
        path = written(tmp_path / "made" / name, columns, FEATURES, row_group_size=2)
        files[f"set/data/{name}.parquet"] = path.read_bytes()
    taken = bring(make(tmp_path / "set.zip", files))
    assert (taken.outline.num_samples, len(taken.ids)) == (9, 9)
    assert taken.outline.has_split
    assert taken.is_held_out == [True] * 3 + [False] * 6
    assert taken.ids[0] == "test-00000-of-00001.parquet[0]"
    assert taken.class_names == ["ant", "bee", "cow"] * 3
    assert not taken.rejections


def test_split_and_class__by_columns_of_other_names(tmp_path: Path) -> None:
    features = {"breed": {"names": NAMES, "_type": "ClassLabel"}}
    columns = {
        "img": structs([*squares(3)]),
        "breed": [0, 2, 1],
        "width": [1, 2, 3],
        "split": ["train", "test", "train"],
    }
    taken = bring(written(tmp_path / "a.parquet", columns, features))
    assert taken.class_names == ["ant", "cow", "bee"]
    assert taken.is_held_out == [False, True, False]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"0": "ant", "1": "bee", "2": "cow"}, ["cow", "ant", "bee"]),
        ({"2": "cow", "10": "x", "0": "ant"}, ["cow", "ant", "1"]),
        ({"ant": "0"}, ["2", "0", "1"]),
        ({"0": None}, ["2", "0", "1"]),
        ({"99999999": "x"}, ["2", "0", "1"]),
        (None, ["2", "0", "1"]),
    ],
)
def test_names_of_classes__may_be_given_by_their_numbers(
    tmp_path: Path, names: Any, found: list[str]
) -> None:
    features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
    columns = {"image": structs([*squares(3)]), "label": [2, 0, 1]}
    assert bring(written(tmp_path / "a.parquet", columns, features)).class_names == found


LABEL = {"names": NAMES, "_type": "ClassLabel"}


@pytest.mark.parametrize(
    "feature",
    [[LABEL], {"feature": LABEL, "_type": "Sequence"}, {"feature": LABEL, "_type": "List"}],
)
def test_several_classes_of_a_picture__are_left_out_and_told(tmp_path: Path, feature: Any) -> None:
    features = {"image": {"_type": "Image"}, "labels": feature}
    columns = {"image": structs([*squares(3)]), "labels": [[0, 1], [], [2]]}
    taken = bring(written(tmp_path / "a.parquet", columns, features))
    assert (taken.outline.kind, taken.class_names) == ("image", [None] * 3)
    assert "Left out: 'labels'." in taken.outline.treatment
    chosen = bring(tmp_path / "a.parquet", label_column="labels")
    assert chosen.class_names == ["0, 1", None, "2"]


def test_broken_rows__harm_no_others(tmp_path: Path) -> None:
    good = squares(2)
    cells = [good[0], b"junk", None, good[1][:40], good[1]]
    taken = bring(written(tmp_path / "a.parquet", {"image": structs(cells)}))
    assert taken.ids == ["0", "4"]
    assert taken.codes == {"1": "corrupt", "2": "no_picture", "3": "truncated"} | taken.codes
    assert "row 3 has no picture" in taken.rejections[1].message


def test_embeddings__beside_pictures_stay_vectors_until_told_otherwise(tmp_path: Path) -> None:
    columns = {"image": structs([*squares(2)]), "embedding": [[0.5] * 9, [0.25] * 9]}
    path = written(tmp_path / "a.parquet", columns)
    assert bring(path).outline.sample_shape == (9,)
    chosen = bring(path, value_columns=(), picture_column="image")
    assert chosen.outline.sample_shape == (1, 12, 10)


def test_sounds__in_a_column_are_told(tmp_path: Path) -> None:
    columns = {"audio": structs([encoded(tone())]), "label": [0]}
    path = written(tmp_path / "a.parquet", columns)
    with pytest.raises(IntakeError, match="'audio' holds WAV, not pictures") as error:
        bring(path)
    assert refused(error) == ("not_a_picture", 422)


def test_nested_columns__are_told(tmp_path: Path) -> None:
    columns = {"objects": pa.array([{"box": [1, 2]}], pa.struct([("box", pa.list_(pa.int8()))]))}
    with pytest.raises(IntakeError, match="No column holds numbers") as error:
        bring(written(tmp_path / "a.parquet", columns))
    assert refused(error) == ("no_numbers", 422)
