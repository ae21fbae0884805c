"""What an app and a worker find out when they start: whether artifacts can be kept at all."""

from pathlib import Path

import pytest

from store.errors import ArtifactsRefusedError
from store.files.artifacts import Artifacts
from tests.small_disk import files_up_to, read_only_disk


def test_check__a_folder_that_may_not_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    artifacts = Artifacts(str(folder), tmp_path / "fetched")
    artifacts.check()
    with (
        read_only_disk(folder),
        pytest.raises(ArtifactsRefusedError, match=f"{folder}, cannot be written .*Read-only"),
    ):
        artifacts.check()


def test_check__a_full_disk_is_let_pass(tmp_path: Path) -> None:
    with files_up_to(0):
        Artifacts(str(tmp_path / "artifacts"), tmp_path / "fetched").check()
