"""Imports: bytes in order, states in order, everybody their own."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from ml.errors import InvalidInputError
from store.errors import ConflictError, DiskFullError, NotFoundError, StoreUnavailableError
from store.files.disk import disk_errors
from store.intake.growing import write_at
from store.intake.intakes import MOST_OPEN, SIZE_LIMIT, Intakes
from store.intake.records import SHELL_ID, Intake, NotHereError, OutpacedError, WrongPlaceError
from store.intake.sweep import AT_WORK, SHELL_S
from store.opening import Store
from store.sql.tables import INTAKE
from tests.small_disk import files_up_to
from tests.store.scene import ANA, BEN

NOBODYS = "11111111-2222-3333-4444-555555555555"
"""An id of the right form that no import has."""


@pytest.fixture
def intake(any_store: Store) -> Intake:
    return any_store.intakes.create("round things.zip", 10, "Ana", ANA)


def test_append__takes_pieces_in_order_and_each_once(any_store: Store, intake: Intake) -> None:
    def send(at: int, data: bytes) -> int:
        return any_store.intakes.append(intake.intake_id, ANA, at, data).received

    assert send(0, b"01234") == 5
    assert send(0, b"01234") == 5, "a repeated piece changes nothing"
    with pytest.raises(WrongPlaceError, match="5 bytes are here"):
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
    for who, intake_id in ((BEN, intake.intake_id), (ANA, "../../etc"), (ANA, NOBODYS)):
        with pytest.raises(NotFoundError):
            any_store.intakes.get(intake_id, who)
    assert any_store.intakes.of_author(BEN) == []
    with pytest.raises(NotFoundError):
        any_store.intakes.append(intake.intake_id, BEN, 0, b"x")


def test_create__says_of_an_empty_file_that_it_is_empty(any_store: Store) -> None:
    with pytest.raises(InvalidInputError, match=r"^a\.zip is empty; copy or download it again\.$"):
        any_store.intakes.create("a.zip", 0, "Ana", ANA)


@pytest.mark.parametrize("size", [-1, True, SIZE_LIMIT + 1, "10"])
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


def test_create__shells_are_many_and_none_stops_another(any_store: Store) -> None:
    for nth in range(MOST_OPEN + 1):
        any_store.intakes.create(f"{nth}.zip", 1, "Shell", SHELL_ID)


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


def test_here__lists_what_this_app_holds_and_no_shell_is_at(
    any_store: Store, intake: Intake
) -> None:
    elsewhere = any_store.intakes.create("b.zip", 1, "Ben", BEN)
    any_store.intakes.discard_files(elsewhere)
    any_store.intakes.create("c.zip", 1, "Shell", SHELL_ID)
    assert any_store.intakes.here() == [intake]


def test_forget__removes_what_nobody_touched_and_is_not_worked_on(
    any_store: Store, intake: Intake
) -> None:
    intakes = any_store.intakes
    intakes.forget_before(3600)
    assert intake.folder.exists()
    for state in AT_WORK:
        intakes.move(intake.intake_id, ("receiving", "reading"), state)
        intakes.forget_before(-1)
        assert intake.folder.exists()
    idle = intakes.create("idle.zip", 10, "Ana", ANA)
    intakes.forget_before(-1)
    assert not idle.folder.exists()


def test_forget__removes_what_a_shell_left_in_the_midst_of_it(any_store: Store) -> None:
    intakes = any_store.intakes
    for state in AT_WORK:
        left = intakes.create("left.zip", 10, "Shell", SHELL_ID)
        intakes.move(left.intake_id, ("receiving",), state)
        intakes.forget_before(3600)
        assert left.folder.exists()
        intakes.forget_before(-1)
        assert not left.folder.exists()


def age(store: Store, seconds: float) -> None:
    """Let nobody have touched any import for so long."""
    with store.database.write() as connection:
        connection.execute(update(INTAKE).values(changed_at=store.database.clock - seconds))


def test_forget__what_a_shell_left_goes_after_a_day(any_store: Store, intake: Intake) -> None:
    left = any_store.intakes.create("left.zip", 10, "Shell", SHELL_ID)
    for age_s, is_left in ((SHELL_S / 2, True), (SHELL_S + 60, False)):
        age(any_store, age_s)
        any_store.intakes.forget_before(7 * SHELL_S)
        assert left.is_here == is_left
        assert intake.is_here
    assert any_store.intakes.of_author(SHELL_ID) == []


def test_append__is_a_touch(any_store: Store, intake: Intake) -> None:
    age(any_store, 10_000)
    any_store.intakes.append(intake.intake_id, ANA, 0, b"01234")
    any_store.intakes.forget_before(3600)
    assert intake.upload.read_bytes() == b"01234"


def test_create__leaves_no_folder_without_a_row(any_store: Store) -> None:
    for _ in range(MOST_OPEN):
        made = any_store.intakes.create("a.zip", 1, "Ana", ANA)
    with pytest.raises(ConflictError):
        any_store.intakes.create("more.zip", 1, "Ana", ANA)
    assert len(list(made.folder.parent.iterdir())) == MOST_OPEN


def test_create__keeps_the_folder_of_a_row_that_may_have_been_saved(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = Intakes._insert

    def lose(intakes: Intakes, row: dict[str, object]) -> None:
        insert(intakes, row)
        raise StoreUnavailableError("The answer is lost.")

    monkeypatch.setattr(Intakes, "_insert", lose)
    with pytest.raises(StoreUnavailableError):
        any_store.intakes.create("things.zip", 10, "Ana", ANA)
    [intake] = any_store.intakes.of_author(ANA)
    assert any_store.intakes.append(intake.intake_id, ANA, 0, b"0").received == 1


def test_create__refuses_what_does_not_fit(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(any_store.settings.data_dir).free
    monkeypatch.setattr("store.files.disk.SPARE_BYTES", max(0, free - 10**9))
    needed = r"The import needs 3\.0 GB, and [0-9.,]+ [MG]B are free on the disk; free some space"
    with pytest.raises(DiskFullError, match=needed):
        any_store.intakes.create("a.zip", 3 * 10**9, "Ana", ANA)
    assert any_store.intakes.of_author(ANA) == []
    lies_elsewhere = any_store.intakes.create("a.zip", 3 * 10**9, "Ana", ANA, is_sent=False)
    assert lies_elsewhere.is_here


def test_turns__what_an_older_one_says_is_refused(any_store: Store, intake: Intake) -> None:
    intakes, intake_id = any_store.intakes, intake.intake_id
    first = intakes.take_turn(intake_id, ("receiving",), "reading")
    second = intakes.take_turn(intake_id, ("reading",), "reading", options={"side": 64})
    assert (intake.turn, first.turn, second.turn) == (0, 1, 2)
    for since, to in ((("reading",), "ready"), (("reading", "keeping"), "failed")):
        with pytest.raises(OutpacedError):
            intakes.move(intake_id, since, to, first.turn)  # type: ignore[arg-type]
    with pytest.raises(OutpacedError):
        intakes.take_turn(intake_id, ("reading",), "reading", first.turn)
    assert intakes.get(intake_id) == second
    ready = intakes.move(intake_id, ("reading",), "ready", second.turn)
    assert (ready.state, ready.turn, ready.options) == ("ready", 2, {"side": 64})


def test_turns__are_numbered_once_each_however_many_begin(any_store: Store, intake: Intake) -> None:
    def begin(_: int) -> int:
        since = ("receiving", "reading")
        return any_store.intakes.take_turn(intake.intake_id, since, "reading").turn  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, range(20))) == list(range(1, 21))


def test_another_app__has_its_own_files(any_store: Store, intake: Intake, tmp_path: Path) -> None:
    other = Intakes(any_store.database, tmp_path / "other")
    there = other.get(intake.intake_id)
    assert (there.is_here, intake.is_here, other.here()) == (False, True, [])
    with pytest.raises(NotHereError, match=r"another app of this database has them.*send them"):
        other.append(intake.intake_id, ANA, 0, b"x")
    other.move(intake.intake_id, ("receiving",), "cancelled")
    any_store.intakes.remove_orphans()
    assert intake.is_here, "it may be one whose row is still being written"
    any_store.intakes.remove_orphans(older_s=-1)
    assert not intake.is_here


def test_remove_orphans__leaves_what_is_open_and_what_is_no_import(
    any_store: Store, intake: Intake
) -> None:
    root = intake.folder.parent
    for name in (NOBODYS, "notes"):
        (root / name).mkdir()
    any_store.intakes.remove_orphans(older_s=-1)
    assert {path.name for path in root.iterdir()} == {intake.intake_id, "notes"}


def test_write_at__a_full_disk_takes_back_the_piece_it_had_room_for(tmp_path: Path) -> None:
    file = tmp_path / "upload"
    file.write_bytes(b"01")
    write_at(file, 2, b"23")
    with (
        files_up_to(1000),
        pytest.raises(DiskFullError, match="disk is full"),
        disk_errors(),
    ):
        write_at(file, 4, bytes(5000))
    assert file.read_bytes() == b"0123"
