"""Every format that is read or written, by the buttons people press."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from safetensors.numpy import load

from benchmarks.served import Served, free_port
from ml.maps.codec import pack_ids
from tests.browser.data_screen import DataScreen
from tests.browser.format_files import DIMENSIONS, MAKERS, NUM, WORDS, csv_table
from tests.browser.screen import Screen, wait_until


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One app for all formats."""
    one = Served("embedded", tmp_path_factory.mktemp("formats") / "data", free_port())
    one.start()
    yield one
    one.stop()


@pytest.fixture
def data(page: Page, served: Served) -> DataScreen:
    return DataScreen(page, served.url)


def bring(data: DataScreen, brought: list[Path] | Path) -> None:
    """Choose files, or a folder, by the page's button."""
    data.open()
    data.choose_folder(brought) if isinstance(brought, Path) else data.choose(*brought)
    data.wait_until_read()


ALWAYS = ("parquet",)
"""A table that no other test brings; test_data brings pictures. The rest come without a browser."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.wide) for name in MAKERS],
)
def test_format__comes_in(data: DataScreen, page: Page, tmp_path: Path, name: str) -> None:
    make, has_classes = MAKERS[name]
    bring(data, make(tmp_path))
    told = r"(pictures|rows|recordings)" + (", 2 classes" if has_classes else "")
    expect(page.locator("#data-file-words")).to_contain_text(re.compile(f"{NUM} {told}"))
    expect(page.locator("#data-checks")).to_contain_text(f"{NUM} readable")
    expect(page.locator("#data-preview canvas").first).to_be_visible()
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    assert len(screen.positions()) == 2 * NUM
    data.rest(screen)


@pytest.fixture(scope="module")
def project_id(visitors: list[BrowserContext], served: Served, tmp_path_factory: Any) -> str:
    """A project with a map."""
    page = visitors[0].new_page()
    data = DataScreen(page, served.url)
    bring(data, csv_table(tmp_path_factory.mktemp("vectors")))
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    screen.settle()
    page.close()
    return screen.project_id


def table_of(path: Path, ids: range) -> Path:
    """A table that names samples."""
    names = {"sample_id": [f"s{n}" for n in ids], "class_name": [WORDS[n % 2] for n in ids]}
    table = pa.table(names)
    pyarrow.csv.write_csv(table, path) if path.suffix == ".csv" else pq.write_table(table, path)
    return path


def give_names(data: DataScreen, project_id: str, path: Path, count: int) -> Screen:
    """Name samples by a table, on the Data page."""
    screen = Screen(data.page, data.url, project_id)
    data.open(f"?project={project_id}")
    before = screen.state()["num_named"]
    with data.page.expect_file_chooser() as opened:
        data.page.locator("#data-names-choose").click()
    opened.value.set_files(path)
    data.page.get_by_role("button", name=f"Name {count} samples").click()
    wait_until(lambda: screen.state()["num_named"] == before + count, "the names")
    return screen


@pytest.mark.parametrize(
    ("name", "first"), [("names.csv", 0), pytest.param("names.parquet", 5, marks=pytest.mark.wide)]
)
def test_annotations__come_in(
    data: DataScreen, project_id: str, tmp_path: Path, name: str, first: int
) -> None:
    give_names(data, project_id, table_of(tmp_path / name, range(first, first + 5)), 5)


def rows_of(form: str) -> Callable[[bytes], int]:
    """Return what counts the rows of a table as another program reads it."""
    read: dict[str, Callable[[Any], Any]] = {
        "csv": pyarrow.csv.read_csv,
        "parquet": pq.read_table,
        "jsonl": pyarrow.json.read_json,
    }
    return lambda data: int(read[form](io.BytesIO(data)).num_rows)


TABLES = ("predictions.csv", "predictions.parquet", "embedding.csv", "embedding.parquet")
ANNOTATIONS = ("annotations.csv", "annotations.parquet", "annotations.jsonl")


@pytest.fixture
def saved(data: DataScreen, page: Page, project_id: str) -> Callable[[str], bytes]:
    """What presses a link on the Data page of the project and gives the file it saves."""
    data.open(f"?project={project_id}")

    def press(file: str) -> bytes:
        with page.expect_download() as download:
            page.locator(f"a[href$='/exports/{file}']").first.click()
        return Path(download.value.path()).read_bytes()

    return press


def test_annotations__go_out(
    data: DataScreen, project_id: str, saved: Callable[[str], bytes], tmp_path: Path
) -> None:
    path = table_of(tmp_path / "more.csv", range(15, 20))
    count = give_names(data, project_id, path, 5).state()["num_named"]
    found = {file: rows_of(file.partition(".")[2])(saved(file)) for file in ANNOTATIONS}
    assert found == dict.fromkeys(ANNOTATIONS, count)


@pytest.mark.wide
def test_predictions_and_places__go_out(saved: Callable[[str], bytes]) -> None:
    found = {file: rows_of(file.partition(".")[2])(saved(file)) for file in TABLES}
    assert found == dict.fromkeys(TABLES, NUM)
    places = np.load(io.BytesIO(saved("embedding.npy")), allow_pickle=False)
    assert places.shape == (NUM, 2)


SELECTION_JS = """async ([path, samples]) => {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify({ samples }),
                                       headers: { "content-type": "application/json" } });
    return answer.text(); }"""


@pytest.mark.wide
def test_selection__goes_out_alone(data: DataScreen, page: Page, project_id: str) -> None:
    data.open(f"?project={project_id}")
    chosen = np.array([1, 2, 7], np.int64)
    samples = base64.b64encode(pack_ids(chosen, NUM)).decode()
    path = f"/api/projects/{project_id}/exports/embedding.csv"
    rows = page.evaluate(SELECTION_JS, [path, samples]).splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["s1", "s2", "s7"]


@pytest.mark.wide
def test_network__goes_out_and_runs(saved: Callable[[str], bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(saved("network.zip"))) as archive:
        weights = load(archive.read("network.safetensors"))
        session = onnxruntime.InferenceSession(archive.read("network.onnx"))
        config = json.loads(archive.read("config.json"))
    assert weights
    assert config["sample_shape"] == [DIMENSIONS]
    given = session.get_inputs()[0].name
    answers = session.run(None, {given: np.zeros((3, DIMENSIONS), np.float32)})
    assert all(len(each) == 3 for each in answers)


def test_project__goes_out_and_is_opened(
    data: DataScreen, project_id: str, saved: Callable[[str], bytes], page: Page, tmp_path: Path
) -> None:
    before = Screen(page, data.url, project_id).state()["num_named"]
    path = tmp_path / "all.lodemap"
    path.write_bytes(saved("project.lodemap?data=1"))
    bring(data, [path])
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    assert screen.state()["num_named"] == before
