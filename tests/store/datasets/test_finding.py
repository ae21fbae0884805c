"""Samples by id and text, in data sets with a table and without."""

import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ml.errors import InvalidInputError
from store.datasets.files import TABLE, DatasetFiles, make_table, name_of
from store.datasets.finding import containing, find_each, find_samples
from store.errors import NotFoundError
from store.opening import Store
from store.records import About, Dataset
from tests.store.scene import put_digits


@pytest.fixture
def told(any_store: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Forty samples with ids of files and what somebody said of them."""
    dataset = any_store.datasets.get(put_digits(any_store))
    ids = [f"cats/IMG_{i:03d}.png" for i in range(39)] + ["7"]
    said: list[Any] = ["Ünder the table", None, *["a (b) cat"] * 38]
    path = tmp_path_factory.mktemp("table") / TABLE
    with pa.ipc.new_file(str(path), make_table(ids, {"said": said}).schema) as writer:
        writer.write_table(make_table(ids, {"said": said}))
    about = About(has_table=True, text_columns=("said",))
    row = Dataset("b" * 64, "told", 40, dataset.sample_shape, dataset.class_names, about=about)
    samples = any_store.datasets.samples(dataset.dataset_id)
    any_store.datasets.files.write(row.dataset_id, samples)
    any_store.artifacts.write(name_of(row.dataset_id, TABLE), path.read_bytes(), durable=False)
    any_store.datasets.adopt(row, {}, None)
    return row.dataset_id


def test_find__by_number_where_samples_have_no_other_name(any_store: Store) -> None:
    dataset_id = put_digits(any_store)
    for text, expected in (("12", 12), (" #12 ", 12), ("40", None), ("-1", None), ("1e3", None)):
        assert find_samples(any_store, dataset_id, text).exact == expected
    assert find_samples(any_store, dataset_id, "cat").by_column == {}
    assert find_samples(any_store, dataset_id, "9" * 50).exact is None


def test_find__in_ids_and_texts_whichever_the_case(any_store: Store, told: str) -> None:
    found = find_samples(any_store, told, "img_00")
    np.testing.assert_array_equal(found.by_column["sample_id"], np.arange(10))
    assert list(find_samples(any_store, told, "ünder").by_column["said"]) == [0]
    assert len(find_samples(any_store, told, "CAT").by_column["said"]) == 38


def test_find__however_accents_are_written(any_store: Store, told: str) -> None:
    """Files named on macOS have accents of their own."""
    apart = unicodedata.normalize("NFD", "ünder")
    assert list(find_samples(any_store, told, apart).by_column["said"]) == [0]
    column = pa.chunked_array([["a", unicodedata.normalize("NFD", "é.png")]])
    assert list(containing(column, "é.p")) == [1]


def test_find_each__however_accents_are_written(
    any_store: Store, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = unicodedata.normalize("NFD", "é.png")
    for kept, asked in ((apart, "é.png"), ("é.png", apart)):
        table = make_table(["a", kept], {})
        monkeypatch.setattr(DatasetFiles, "table", lambda *_, table=table: table)
        assert find_each(any_store, told, (asked,)) == {asked: 1}


def test_find__takes_signs_as_they_are(any_store: Store, told: str) -> None:
    assert len(find_samples(any_store, told, "(b)").by_column["said"]) == 38
    assert find_samples(any_store, told, ".*").by_column == {}


def test_find__an_id_comes_before_a_number(any_store: Store, told: str) -> None:
    assert find_samples(any_store, told, "7").exact == 39
    assert find_samples(any_store, told, "cats/IMG_004.png").exact == 4
    assert find_samples(any_store, told, "8").exact == 8
    assert find_samples(any_store, told, "CATS/img_004.png").exact == 4


def test_find_each__reads_ids_only_for_a_text(
    any_store: Store, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("7", "#8", "cats/img_004.PNG", "nobody")
    assert find_each(any_store, told, texts) == dict(zip(texts, (39, 8, 4, None), strict=True))
    assert find_each(any_store, put_digits(any_store), ("12", "40")) == {"12": 12, "40": None}
    monkeypatch.delattr(DatasetFiles, "table")
    assert find_each(any_store, told, ()) == {}


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_find__refuses_nothing_and_too_much(any_store: Store, text: str) -> None:
    with pytest.raises(InvalidInputError, match="Type 1 to 200 characters"):
        find_samples(any_store, put_digits(any_store), text)


def test_find__in_no_data_set(any_store: Store) -> None:
    with pytest.raises(NotFoundError):
        find_samples(any_store, "c" * 64, "x")
