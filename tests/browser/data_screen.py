"""The Data page as a person meets it, and files such as they bring."""

import base64
import csv
import io
import math
import wave
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import Screen, wait_until
from tests.patience import PATIENCE

READ_S = 40.0
DROP_JS = """([zone, files]) => {
    const carried = new DataTransfer();
    for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        carried.items.add(new File([bytes], name));
    }
    for (const type of ["dragenter", "dragover", "drop"])
        document.querySelector(zone).dispatchEvent(
            new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@dataclass
class DataScreen:
    """The Data page and the hands on it."""

    page: Page
    url: str

    def open(self, query: str = "?new=1") -> None:
        self.page.goto(f"{self.url}/data{query}")
        expect(self.page.locator("#data-names-place")).to_be_attached()
        expect(self.page.locator("#data-choose, #data-set-title").first).to_be_attached()
        # the scripts have begun once the choosers are there
        expect(self.page.locator("#data-drop input")).to_have_count(2)

    def choose(self, *files: Path) -> None:
        """Choose files with the button and the system's dialog."""
        with self.page.expect_file_chooser() as opened:
            self.page.locator("#data-choose").click()
        opened.value.set_files(list(files))

    def choose_folder(self, folder: Path) -> None:
        self.page.locator("#data-drop input").nth(1).set_input_files(folder)

    def drop(self, *files: Path, zone: str = "#data-drop") -> None:
        """Let files go above a zone."""
        carried = [{"name": each.name, "base64": base64_of(each)} for each in files]
        self.page.evaluate(DROP_JS, [zone, carried])

    @property
    def create(self) -> Locator:
        return self.page.locator("#data-create")

    def wait_until_read(self) -> None:
        ready = self.page.locator("#data-create[aria-disabled=false]")
        expect(ready).to_be_visible(timeout=READ_S * 1000 * PATIENCE)
        expect(self.page.locator("#data-file-state")).to_have_text("read")

    def imports(self) -> list[Any]:
        """The imports this browser has open."""
        asked = "() => fetch('/api/imports').then((answer) => answer.json())"
        return list(self.page.evaluate(asked)["imports"])

    def wait_for_no_import(self) -> None:
        wait_until(lambda: self.imports() == [], "no import")

    def make(self) -> str:
        """Press the button; return the id of the project whose map is opened."""
        self.create.click()
        self.page.wait_for_url("**/?project=*", timeout=READ_S * 1000 * PATIENCE)
        return self.page.url.rpartition("=")[2]

    def rest(self, screen: Screen) -> None:
        """Stop the pretraining of a new map: the app's one worker has other tests to serve."""
        screen.stop(wait_until(screen.runs, "the first pretraining")[0])


def base64_of(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def png(seed: int, size: int = 28) -> bytes:
    """A grey picture like no other."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size), np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()


def zip_of_pictures(
    path: Path, classes: Sequence[str] = ("circle", "square"), per_class: int = 40
) -> Path:
    """A ZIP with a folder of pictures for each class."""
    with zipfile.ZipFile(path, "w") as archive:
        for at, name in enumerate(classes):
            for n in range(per_class):
                archive.writestr(f"{name}/{n:03d}.png", png(1000 * at + n))
    return path


def folder_of_tones(folder: Path, pitches: Sequence[int] = (330, 880), per_class: int = 12) -> Path:
    """Recordings of half a second, a folder for each pitch."""
    for hertz in pitches:
        (folder / f"{hertz} Hz").mkdir(parents=True)
        for n in range(per_class):
            noise = Random(hertz + n)
            samples = [
                int(9000 * math.sin(math.tau * (hertz + n) * t / 8000) + noise.gauss(0, 400))
                for t in range(4000)
            ]
            with wave.open(str(folder / f"{hertz} Hz" / f"{n:02d}.wav"), "wb") as file:
                file.setparams((1, 2, 8000, 0, "NONE", ""))
                file.writeframes(np.array(samples, "<i2").tobytes())
    return folder


def table(path: Path, num_rows: int = 60) -> Path:
    """A CSV of numbers with two columns that could be labels."""
    dice = Random(3)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "species", "site", "length", "width", "note"])
        for n in range(num_rows):
            numbers = [round(dice.gauss(n % 3, 0.3), 3) for _ in range(2)]
            names = [("robin", "wren", "owl")[n % 3], ("hill", "lake")[n % 2]]
            rows.writerow([n, *names, *numbers, f"bird {n}"])
    return path
