"""Imports: bytes in order, states in order, everybody their own."""

from pathlib import Path

import pytest

from ml.errors import InvalidInputError
from store.disk import disk_errors
from store.errors import ConflictError, DiskFullError, NotFoundError
from store.growing import write_at
from store.intake_records import ElsewhereError, Intake
from store.intakes import MOST_OPEN, SIZE_LIMIT
from store.opening import Store
from tests.store.scene import ANA, BEN


@pytest.fixture
def intake(any_store: Store) -> Intake:
    return any_store.intakes.create("round things.zip", 10, "Ana", ANA)


def test_append__takes_pieces_in_order_and_each_once(any_store: Store, intake: Intake) -> None:
    def send(at: int, data: bytes) -> int:
        return any_store.intakes.append(intake.intake_id, ANA, at, data).received

    assert send(0, b"01234") == 5
    assert send(0, b"01234") == 5, "a repeated piece changes nothing"
    with pytest.raises(ElsewhereError, match="5 bytes are here"):
        send(7, b"789")
    with pytest.raises(InvalidInputError, match="announced with 10 bytes"):
        send(5, b"5678901")
    assert send(5, b"56789") == 10
    assert intake.upload.read_bytes() == b"0123456789"
    any_store.intakes.move(intake.intake_id, ("receiving",), "reading")
    assert send(5, b"56789") == 10, "the answer to the last piece was lost"
    assert send(10, b"") == 10
    with pytest.raises(ConflictError, match="takes no more bytes"):
        send(10, b"more")


def test_get__shows_nobody_the_import_of_another(any_store: Store, intake: Intake) -> None:
    assert any_store.intakes.get(intake.intake_id, ANA) == intake
    for who, intake_id in ((BEN, intake.intake_id), (ANA, "../../etc"), (ANA, "0" * 36)):
        with pytest.raises(NotFoundError):
            any_store.intakes.get(intake_id, who)
    assert any_store.intakes.of_author(BEN) == []
    with pytest.raises(NotFoundError):
        any_store.intakes.append(intake.intake_id, BEN, 0, b"x")


@pytest.mark.parametrize("size", [0, -1, True, SIZE_LIMIT + 1, "10"])
def test_create__refuses_sizes_no_file_has(any_store: Store, size: int) -> None:
    with pytest.raises(InvalidInputError, match="1 byte to 64 GB"):
        any_store.intakes.create("a.zip", size, "Ana", ANA)


def test_create__stops_who_begins_ever_more(any_store: Store) -> None:
    made = [any_store.intakes.create(f"{n}.zip", 1, "Ana", ANA) for n in range(MOST_OPEN)]
    with pytest.raises(ConflictError, match="keep or discard one"):
        any_store.intakes.create("more.zip", 1, "Ana", ANA)
    any_store.intakes.create("other.zip", 1, "Ben", BEN)
    any_store.intakes.move(made[0].intake_id, ("receiving",), "cancelled")
    any_store.intakes.create("more.zip", 1, "Ana", ANA)


def test_move__keeps_what_is_known_and_refuses_a_wrong_turn(
    any_store: Store, intake: Intake
) -> None:
    move = any_store.intakes.move
    move(intake.intake_id, ("receiving",), "reading", options={"side": 64})
    moved = move(intake.intake_id, ("reading",), "failed", error={"code": "x", "message": "y"})
    assert (moved.options, moved.error) == ({"side": 64}, {"code": "x", "message": "y"})
    with pytest.raises(ConflictError, match="is failed"):
        move(intake.intake_id, ("ready",), "keeping")
    with pytest.raises(ConflictError, match="takes no more bytes"):
        any_store.intakes.append(intake.intake_id, ANA, 0, b"x")


def test_here__lists_what_this_app_holds(any_store: Store, intake: Intake) -> None:
    elsewhere = any_store.intakes.create("b.zip", 1, "Ben", BEN)
    any_store.intakes.discard_files(elsewhere)
    assert any_store.intakes.here() == [intake]


def test_forget__removes_what_nobody_touched(any_store: Store, intake: Intake) -> None:
    any_store.intakes.forget_before(3600)
    assert intake.folder.exists()
    any_store.intakes.forget_before(-1)
    assert not intake.folder.exists()
    assert any_store.intakes.of_author(ANA) == []


def test_write_at__a_full_disk_takes_back_the_piece_it_had_room_for(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="disk is full"), disk_errors():
        write_at(Path("/dev/full"), 0, b"x")
    file = tmp_path / "upload"
    file.write_bytes(b"01")
    write_at(file, 2, b"23")
    assert file.read_bytes() == b"0123"
