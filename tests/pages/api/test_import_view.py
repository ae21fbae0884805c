"""An import as a page sees it, while its files come and go."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.intake.records import Outline
from pages.api.import_view import summary_of
from store.datasets.files import TABLE
from store.intake.records import Intake
from store.intake.staged import Staged
from store.opening import Store
from tests.store.intake.test_staging import batch, pictures, stage
from tests.store.scene import ANA

SOUND = Outline("spectrogram", "WAV", (1, 4, 4), sound_rate=8000)


@pytest.fixture
def intake(store: Store) -> Intake:
    """Three windows of two recordings, ready to be kept."""
    made = store.intakes.create("birds.zip", 10, "Ana", ANA)
    made.staged.mkdir()
    stage(made.staged, batch(pictures(3), "a@0.00s a@1.00s b@0.00s", [None] * 3), outline=SOUND)
    return store.intakes.move(made.intake_id, ("receiving",), "ready", outline=SOUND.to_json())


def begin_table(folder: Path) -> None:
    """Begin to read again."""
    (folder / TABLE).write_bytes(b"ARROW1")


@pytest.mark.parametrize("end", [shutil.rmtree, begin_table])
def test_summary__of_sound_whose_files_go_while_it_is_told(
    store: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch, end: Callable[[Path], None]
) -> None:
    def told() -> int | None:
        summary = summary_of(store, intake)
        assert summary is not None
        assert summary["num_samples"] == 3
        found: int | None = summary["num_recordings"]
        return found

    assert told() == 2
    content = Staged.content

    def outlive(staged: Staged) -> str:
        found = content(staged)
        end(staged.folder)
        return found

    monkeypatch.setattr(Staged, "content", outlive)
    assert told() is None
