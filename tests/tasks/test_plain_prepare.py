"""What goes out with a network makes of a file what the import made of it, to the byte."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ml.intake.reading import open_reader
from ml.intake.records import Batch, Options, Outline
from ml.networks.model import build_model
from ml.records import PRESETS, RunConfig
from store.records import About, Dataset, Project
from tasks.network_card import Agreement, NetworkFacts, TaughtClass, write_card
from tasks.plain_network import PlainNetwork, to_safetensors, to_source
from tasks.plain_prepare import preparing, told_of_input
from tests.ml.intake.brought import make_folder
from tests.ml.intake.heard import encoded, tone
from tests.tasks.test_plain_network import module_of

RNG = np.random.default_rng(7)


def noise(*shape: int) -> np.ndarray:
    return RNG.integers(0, 256, shape, np.uint8)


def picture(pixels: np.ndarray, form: str = "PNG", turn: int = 1) -> bytes:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turn
    more = {"exif": exif} if turn != 1 else {}
    Image.fromarray(pixels).save(buffer, form, **more)
    return buffer.getvalue()


def see_through() -> bytes:
    return picture(np.concatenate([noise(40, 30, 3), noise(40, 30, 1)], axis=2))


def dataset_of(outline: Outline, source: str = "PNG, in.zip") -> Dataset:
    about = About(source, treatment=outline.treatment, recipe=outline.recipe)
    return Dataset("0" * 64, "d", 10, outline.sample_shape, (), outline.kind, about)


def prepared(dataset: Dataset, path: Path) -> np.ndarray:
    """What an exported `network.py` makes of a file."""
    network = PlainNetwork(build_model(RunConfig(preset=PRESETS[0]), dataset.sample_shape, 2), [])
    source = to_source(network, "t", "0.1", [], preparing(dataset).source)
    samples = module_of(source).prepare(str(path))
    assert samples.dtype == torch.uint8
    return np.asarray(samples)


def check_same(folder: Path, files: dict[str, bytes], options: Options) -> Outline:
    reader = open_reader(make_folder(folder / "in", files), "in", options)
    batches = [each for each in reader.read() if isinstance(each, Batch)]
    values = np.concatenate([np.asarray(each.values) for each in batches])
    ids = [sample_id for each in batches for sample_id in each.sample_ids]
    for name in files:
        rows = [i for i, each in enumerate(ids) if each.split("@")[0] == name]
        assert rows, ids
        found = prepared(dataset_of(reader.outline), folder / "in" / name)
        np.testing.assert_array_equal(found, values[rows], name)
    return reader.outline


PICTURES = {
    "grey": {"a.png": picture(noise(28, 28)), "b.png": picture(noise(28, 28))},
    "sizes": {"a.png": picture(noise(50, 31)), "b.png": picture(noise(9, 300))},
    "photographs": {
        f"{turn}.jpg": picture(noise(150, 500, 3), "JPEG", turn) for turn in range(1, 9)
    },
    "turned PNG and WebP": {
        "a.png": picture(noise(40, 60, 3), turn=6), "b.webp": picture(noise(90, 60, 3), "WEBP", 8),
    },
    "see-through": {"a.png": see_through(), "b.png": picture(noise(32, 20, 3))},
    "16 bits": {
        "a.png": picture(RNG.integers(0, 2**16, (64, 40), np.uint16)),
        "b.png": picture(RNG.integers(0, 2**12, (64, 40), np.uint16)),
    },
    "12 bits": {"a.png": picture(RNG.integers(0, 2**12, (64, 40), np.uint16))},
}  # fmt: skip


@pytest.mark.parametrize("color", ["auto", "grey", "rgb"])
@pytest.mark.parametrize("which", PICTURES)
def test_prepare__makes_of_pictures_what_the_import_makes(
    which: str, color: str, tmp_path: Path
) -> None:
    for side in (None, 20):
        folder = tmp_path / str(side)
        check_same(folder, PICTURES[which], Options(side=side, color=color))  # type: ignore[arg-type]


SOUNDS = {
    "words": {f"{i}.wav": encoded(tone(220 * i, 0.3 + 0.03 * i)) for i in range(1, 4)},
    "windows": {
        "long.wav": encoded(tone(330, 5.4) * np.linspace(0, 3, 86_400), 16_000, "WAV", "FLOAT"),
        "stereo.flac": encoded(noise(44_100, 2) / 128 - 1, 44_100, "FLAC"),
    },
}


@pytest.mark.parametrize("which", SOUNDS)
def test_prepare__makes_of_recordings_what_the_import_makes(which: str, tmp_path: Path) -> None:
    outline = check_same(tmp_path, SOUNDS[which], Options())
    assert told_of_input(dataset_of(outline))["rate"] == outline.sound_rate


def test_prepare__says_why_no_file_becomes_a_sample(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, RNG.random((12, 8, 8)))
    arrays = open_reader(make_folder(tmp_path, {"a.npy": buffer.getvalue()}), "in", Options())
    came_as_arrays = dataset_of(arrays.outline)
    said = told_of_input(came_as_arrays)
    assert (said["dtype"], said["range"], said["made_from"]) == ("uint8", [0, 255], "arrays")
    assert (said["black"], said["white"]) == (0, 1)
    known = Outline("image", "PNG", (1, 8, 8))
    for dataset, words in (
        (came_as_arrays, "came as arrays, not as files of one sample each. Give Network uint8 of "),
        (dataset_of(known), "not known: they were imported before it was kept"),
        (dataset_of(known, source=""), "the program made them"),
    ):
        with pytest.raises(NotImplementedError, match=words):
            prepared(dataset, tmp_path / "a.npy")
        assert preparing(dataset).example is None


def test_card__its_lines_run_and_tell_what_is_done(tmp_path: Path) -> None:
    reader = open_reader(make_folder(tmp_path / "in", PICTURES["sizes"]), "in", Options())
    dataset = dataset_of(reader.outline)
    config = RunConfig(preset=PRESETS[0])
    project = Project("p", "p", dataset.dataset_id, PRESETS[0], 2, 0, datetime.now(UTC))
    classes = [TaughtClass("cat", 1, 0), TaughtClass("dog", 1, 0)]
    facts = NetworkFacts(project, dataset, config, 1, 1, classes, {}, Agreement(10, 0.0), "0.1")
    card = write_card(facts)
    assert "`pip install torch safetensors numpy pillow`" in card
    assert "what the import made of those of the data set. Sizes from 31 x 50 to 300 x 9" in card
    network = PlainNetwork(build_model(config, dataset.sample_shape, 2), [0, 1]).eval()
    source = to_source(network, "t", "0.1", ["cat", "dog"], preparing(dataset).source)
    (tmp_path / "network.py").write_text(source)
    (tmp_path / "network.safetensors").write_bytes(to_safetensors(network))
    (tmp_path / "picture.png").write_bytes(PICTURES["sizes"]["b.png"])
    lines = card.split("```python\n")[1].split("```")[0]
    result = subprocess.run(
        [sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() in ("['cat']", "['dog']"), result.stderr
