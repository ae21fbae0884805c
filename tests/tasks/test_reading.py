"""The one way imports are read, here without a desk: as a shell goes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ml.intake.errors import IntakeError
from ml.intake.records import Options
from store.intake.records import OutpacedError
from store.opening import Store
from tasks.reading import Said, read_intake
from tasks.turns import Turn
from tests.tasks.test_intake import ANA, npz


@pytest.fixture
def turn(store: Store) -> Iterator[Turn]:
    intake_id = store.intakes.create("things.npz", 1, "Ana", ANA, is_sent=False).intake_id
    options = Options(side=16).to_json()
    begun = Turn(store.intakes.move(intake_id, ("receiving",), "reading", options=options))
    yield begun
    begun.end()


def test_read_intake__tells_the_row_first_then_whoever_hears(
    store: Store, turn: Turn, tmp_path: Path
) -> None:
    path = tmp_path / "things.npz"
    path.write_bytes(npz())
    heard: list[Said] = []

    def hear(said: Said) -> None:
        heard.append(said)
        assert store.intakes.get(turn.intake.intake_id).outline == heard[0]["outline"]

    ready = read_intake(store, turn, path, path.name, hear)
    assert (ready.state, ready.turn) == ("ready", turn.number)
    assert ready.outline is not None
    assert ready.outline["sample_shape"] == [1, 16, 16], "the row says how"
    assert heard[-1]["summary"]["num_samples"] == turn.progress.total == 30


def test_read_intake__leaves_it_to_its_caller_what_becomes_of_a_bad_file(
    store: Store, turn: Turn, tmp_path: Path
) -> None:
    path = tmp_path / "things.gif"
    path.write_bytes(b"GIF89a nothing")
    with pytest.raises(IntakeError, match=r"things\.gif"):
        read_intake(store, turn, path, path.name)
    assert store.intakes.get(turn.intake.intake_id).state == "reading"


def test_read_intake__of_an_earlier_turn_starts_no_child(store: Store, turn: Turn) -> None:
    store.intakes.take_turn(turn.intake.intake_id, ("reading",), "reading")
    with pytest.raises(OutpacedError):
        read_intake(store, turn, Path("nowhere.npz"), "nowhere.npz")
    assert turn.pid is None
