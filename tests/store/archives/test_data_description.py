"""How an archive says that samples were made becomes source code where a network goes out."""

import json
from typing import Any

import pytest

from ml.intake.fitting import Fit
from ml.intake.recipes import of_arrays, of_pictures, of_recordings
from ml.intake.records import SoundOptions
from store.archives.archive import BadArchiveError
from store.archives.data_description import describe_data
from store.archives.packing import pack_project
from store.archives.unpacking import ArchiveReader
from store.opening import Store
from tests.store.archives.forging import files_of, signed
from tests.store.scene import make_scene

PICTURES = of_pictures(Fit(1, 8, 8))
SOUNDS = of_recordings(SoundOptions())


@pytest.fixture
def whole(store: Store) -> bytes:
    return b"".join(pack_project(store, make_scene(store).id, with_data=False))


def about_of(whole: bytes, about: dict[str, Any]) -> Any:
    files = files_of(whole)
    said = json.loads(files["dataset.json"])
    said["about"] = {**said["about"], **about}
    archive = ArchiveReader(signed({**files, "dataset.json": json.dumps(said).encode()}))
    return describe_data(archive).dataset.about


def test_about__how_samples_were_made_comes_along(whole: bytes) -> None:
    for recipe in (PICTURES, SOUNDS, of_arrays(-1, 1), {"made_from": "vectors"}, {}):
        about = {"recipe": recipe, "treatment": ["Margins: black."]}
        found = about_of(whole, about)
        assert (found.recipe, found.treatment) == (recipe, ("Margins: black.",))


@pytest.mark.parametrize(
    "about",
    [
        {"recipe": {**PICTURES, "ground": "0; import os"}},
        {"recipe": {**PICTURES, "bits": 17}},
        {"recipe": {**PICTURES, "height": True}},
        {"recipe": {**PICTURES, "more": 1}},
        {"recipe": {**SOUNDS, "rate": None}},
        {"recipe": {**SOUNDS, "window_s": "1"}},
        {"recipe": {"made_from": "recordings", "rate": 16_000}},
        {"recipe": {"made_from": "arrays", "black": "0", "white": 1}},
        {"recipe": {"made_from": "dreams"}},
        {"recipe": []},
        {"treatment": 5},
        {"text_columns": 5},
    ],
    ids=str,
)
def test_about__in_no_way_of_ours_is_refused(whole: bytes, about: dict[str, Any]) -> None:
    with pytest.raises(BadArchiveError, match="incomplete"):
        about_of(whole, about)
