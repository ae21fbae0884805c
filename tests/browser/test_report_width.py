"""What a report holds stays on its paper, on screen and on A4, however many classes there are."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from store.opening import Store
from store.takeaway.making import make
from store.takeaway.wish import Wish
from tests.store.scene import Scene

NUM = 600
NAMES = ("alarm clock", "basketball", "birthday cake", "hot air balloon", "WWWWW", "wheel",
         "donut", "snowflake", "moon", "cookie", "pizza", "watermelon")  # fmt: skip
BEYOND = """() => {
    const paper = document.querySelector("h1").parentElement.getBoundingClientRect();
    const right = (each) => each.getBoundingClientRect().right;
    const wide = [...document.querySelectorAll("table, img")];
    return wide.filter((each) => right(each) > paper.right).length;
}"""


@pytest.mark.parametrize("num_classes", [6, 9, 12])
def test_report__its_confusions_stay_on_the_paper(
    page: Page, store: Store, tmp_path: Path, num_classes: int
) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (NUM, 1, 8, 8), dtype=np.uint8)
    label, names = np.arange(NUM) % num_classes, NAMES[:num_classes]
    dataset = store.datasets.put("round", images, label, np.arange(NUM) % 2 == 0, names)
    project = store.projects.create("round", dataset.dataset_id, class_names=names)
    scene = Scene(store, project, num_samples=NUM)
    for kind in ("pretrain", "fine_tune"):
        said = rng.integers(0, num_classes, NUM)
        scene.predicted(scene.submit(kind), said)
        scene.name([1, 2, 3], 0)
    path = tmp_path / "report.html"
    make(store, project.project_id, Wish("report"), path, lambda _share: None)
    page.goto(path.as_uri())
    assert page.locator(".confusion").count() == 2
    assert page.evaluate(BEYOND) == 0
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 665, "height": 940})  # A4 within its margins
    assert page.evaluate(BEYOND) == 0
