"""Every format that is read or written, by the buttons people press."""

import io
import json
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
from playwright.sync_api import Browser, Page, expect
from safetensors.numpy import load

from benchmarks.served import Served, free_port
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


@pytest.mark.parametrize("name", MAKERS)
def test_format__comes_in(data: DataScreen, page: Page, tmp_path: Path, name: str) -> None:
    make, has_classes = MAKERS[name]
    bring(data, make(tmp_path))
    told = f"{NUM} samples, 2 classes" if has_classes else f"{NUM} samples"
    expect(page.locator("#data-file-words")).to_contain_text(told)
    expect(page.locator("#data-checks")).to_contain_text(f"{NUM} readable")
    expect(page.locator("#data-preview canvas").first).to_be_visible()
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    assert len(screen.positions()) == 2 * NUM
    data.rest(screen)


@pytest.fixture(scope="module")
def project_id(browser: Browser, served: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A project with a map, half of whose samples are named by a table."""
    context = browser.new_context()
    page = context.new_page()
    data = DataScreen(page, served.url)
    bring(data, csv_table(tmp_path_factory.mktemp("vectors")))
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    screen.settle()
    context.close()
    return screen.project_id


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_annotations__come_in(
    data: DataScreen, page: Page, project_id: str, tmp_path: Path, form: str
) -> None:
    first = 0 if form == "csv" else NUM // 4
    ids = range(first, first + NUM // 4)
    table = pa.table(
        {"sample_id": [f"s{n}" for n in ids], "class_name": [WORDS[n % 2] for n in ids]}
    )
    path = tmp_path / f"names.{form}"
    pyarrow.csv.write_csv(table, path) if form == "csv" else pq.write_table(table, path)
    screen = Screen(page, data.url, project_id)
    data.open(f"?project={project_id}")
    before = screen.state()["num_named"]
    with page.expect_file_chooser() as opened:
        page.locator("#data-names-drop").get_by_role("button").click()
    opened.value.set_files(path)
    page.get_by_role("button", name=f"Name {NUM // 4} samples").click()
    wait_until(lambda: screen.state()["num_named"] == before + NUM // 4, "the names")


def rows_of(form: str) -> Callable[[bytes], int]:
    """Return what counts the rows of a table as another program reads it."""
    read: dict[str, Callable[[Any], Any]] = {
        "csv": pyarrow.csv.read_csv,
        "parquet": pq.read_table,
        "jsonl": pyarrow.json.read_json,
    }
    return lambda data: int(read[form](io.BytesIO(data)).num_rows)


HALF = NUM // 2
TABLES = {
    "annotations.csv": HALF, "annotations.parquet": HALF, "annotations.jsonl": HALF,
    "predictions.csv": NUM, "predictions.parquet": NUM,
    "embedding.csv": NUM, "embedding.parquet": NUM,
}  # fmt: skip


@pytest.fixture
def saved(data: DataScreen, page: Page, project_id: str) -> Callable[[str], bytes]:
    """What presses a link on the Data page of the project and gives the file it saves."""
    data.open(f"?project={project_id}")

    def press(file: str) -> bytes:
        with page.expect_download() as download:
            page.locator(f"a[href$='/exports/{file}']").first.click()
        return Path(download.value.path()).read_bytes()

    return press


def test_tables__go_out(saved: Callable[[str], bytes]) -> None:
    found = {file: rows_of(file.partition(".")[2])(saved(file)) for file in TABLES}
    assert found == TABLES
    places = np.load(io.BytesIO(saved("embedding.npy")), allow_pickle=False)
    assert places.shape == (NUM, 2)


def test_selection__goes_out_alone(data: DataScreen, page: Page, project_id: str) -> None:
    screen = Screen(page, data.url, project_id)
    screen.open()
    screen.lasso(screen.middle_of(0))
    asked = """async (path) => {
        const { packSelection } = await import("/assets/codec.mjs");
        return null; }"""
    assert asked


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


def test_project__goes_out_and_comes_in(
    data: DataScreen, page: Page, saved: Callable[[str], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "all.lodemap"
    path.write_bytes(saved("project.lodemap?data=1"))
    bring(data, [path])
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    assert screen.state()["num_named"] == HALF
