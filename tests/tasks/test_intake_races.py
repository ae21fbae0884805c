"""The desk where two things happen to one import at once."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any

import numpy as np
import pytest

from ml.intake.records import Options
from store.archives.packing import pack_project
from store.errors import ConflictError
from store.intake.records import Intake
from store.intake.staged import Staged
from store.opening import Store
from tasks.intake import IntakeDesk
from tasks.keeping import Choices, outline_of
from tests.tasks.test_intake import ANA, npz, sent, until, wait_for


@pytest.fixture
def desk(store: Store) -> Iterator[IntakeDesk]:
    with closing(IntakeDesk(store)) as opened:
        yield opened


def six_equal() -> bytes:
    return npz(6, images=np.zeros((6, 8, 8), np.uint8))


def num_staged(intake: Intake) -> int:
    return Staged(intake.staged, outline_of(intake)).summary().num_samples


def is_idle(desk: IntakeDesk, intake: Intake) -> Any:
    return None if desk._turns.get(intake.intake_id) else True


def test_two_tabs__that_read_at_once_end_with_what_the_row_says(
    store: Store, desk: IntakeDesk
) -> None:
    intake = sent(store, six_equal())
    for _ in range(2):
        now = store.intakes.get(intake.intake_id)
        options = [Options(keep_duplicates=each) for each in (False, True, False, True)]
        with ThreadPoolExecutor(4) as tabs:
            list(tabs.map(lambda each, now=now: desk.read(now, each), options))
        ready = until(store, intake, "ready", "failed")
        assert ready.state == "ready", ready.error
        assert num_staged(ready) == (6 if ready.options["keep_duplicates"] else 1)
        wait_for(lambda: is_idle(desk, intake))
        assert store.intakes.get(intake.intake_id) == ready, "no older turn says more"


def test_a_turn_that_is_ended__changes_nothing_of_the_next(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz(20_000))
    desk.read(intake, Options())
    wait_for(lambda: desk.pid(intake.intake_id))
    second = desk.read(store.intakes.get(intake.intake_id), Options(side=16))
    ready = until(store, intake, "ready", "failed")
    assert (ready.state, ready.error, ready.turn) == ("ready", None, second.turn)
    assert ready.outline is not None
    assert ready.outline["sample_shape"] == [1, 16, 16]


def test_read__of_a_turn_that_waited_for_its_thread_while_it_was_cancelled(
    store: Store, desk: IntakeDesk
) -> None:
    others = [sent(store, npz(20_000)) for _ in range(2)]
    waiting = sent(store, six_equal())
    for intake in (*others, waiting):
        desk.read(intake, Options())
    desk.cancel(store.intakes.get(waiting.intake_id))
    for intake in others:
        desk.cancel(store.intakes.get(intake.intake_id))
    wait_for(lambda: None if desk._turns.list() else True)
    assert not waiting.folder.exists()
    assert store.intakes.get(waiting.intake_id).state == "cancelled"


def test_cancel_and_read__at_once_leave_no_file_behind(store: Store, desk: IntakeDesk) -> None:
    for _ in range(5):
        intake = sent(store, six_equal())

        def read(intake: Intake = intake) -> None:
            with suppress(ConflictError):
                desk.read(intake, Options())

        with ThreadPoolExecutor(3) as tabs:
            begun = [tabs.submit(read) for _ in range(2)]
            desk.cancel(intake)
            assert [each.result() for each in begun] == [None, None]
        wait_for(lambda: None if desk._turns.list() else True)
        assert store.intakes.get(intake.intake_id).state == "cancelled"
        assert not intake.folder.exists()
    assert desk._turns.list() == []


def test_complete__by_a_last_piece_that_came_twice_begins_once(
    store: Store, desk: IntakeDesk
) -> None:
    intake = sent(store, six_equal())
    with ThreadPoolExecutor(4) as senders:
        turns = {each.turn for each in senders.map(lambda _: desk.complete(intake), range(8))}
    assert turns == {1}
    assert until(store, intake, "ready").turn == 1


def test_keep__asked_at_once_makes_one_project(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz())
    desk.read(intake, Options())
    ready = until(store, intake, "ready")

    def keep(name: str) -> bool:
        try:
            desk.keep(ready, Choices(name))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as tabs:
        assert sum(tabs.map(keep, "abcd")) == 1
    kept = until(store, intake, "kept")
    assert [p.project_id for p in store.projects.list()] == [kept.project_id]


def test_look__goes_on_with_what_nobody_is_at_and_ends_what_no_row_asks_for(
    store: Store, desk: IntakeDesk
) -> None:
    intake = sent(store, npz(20_000))
    # as after a database that did not answer: the row says what nobody does
    store.intakes.take_turn(intake.intake_id, ("receiving",), "reading")
    for _ in range(3):
        desk.look()
    pid = wait_for(lambda: desk.pid(intake.intake_id))
    desk.look()
    assert desk.pid(intake.intake_id) == pid, "what is being done is not begun again"
    store.intakes.take_turn(intake.intake_id, ("reading",), "cancelled")  # by another app
    desk.look()
    wait_for(lambda: is_idle(desk, intake))
    wait_for(lambda: None if intake.folder.exists() else True)


def test_archives__kept_while_their_folder_goes(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz())
    desk.read(intake, Options())
    desk.keep(until(store, intake, "ready"), Choices("Things"))
    file = io.BytesIO()
    file.writelines(
        pack_project(store, until(store, intake, "kept").project_id or "", with_data=True)
    )
    archive = sent(store, file.getvalue(), "things.lodemap")
    desk.read(archive, Options())
    ready = until(store, archive, "ready")
    archive.upload.unlink()
    desk.keep(ready, Choices("Again"))
    failed = until(store, archive, "failed")
    assert failed.error is not None
    assert failed.error["code"] == "server_error"
    assert store.intakes.of_author(ANA) == [failed]


@pytest.fixture
def table(store: Store, desk: IntakeDesk) -> Intake:
    """A table that was read."""
    intake = sent(store, b"label,x\na,1\nb,2\n", "things.csv")
    desk.read(intake, Options())
    ready = until(store, intake, "ready", "failed")
    assert ready.outline is not None
    return ready


def test_app__that_ends_while_an_import_is_read_otherwise_loses_no_outline(
    store: Store, desk: IntakeDesk, table: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_go_on", lambda _intake: None)
    for _ in range(2):
        asked = desk.read(store.intakes.get(table.intake_id), Options(label_column="nix"))
        assert (asked.state, asked.known_outline) == ("reading", None)
    with closing(IntakeDesk(store)) as next_app:
        next_app.look()
        failed = until(store, table, "failed", "ready")
    assert (failed.state, failed.known_outline) == ("failed", table.outline)


def test_read__that_fails_before_the_file_is_looked_into_loses_no_outline(
    store: Store, desk: IntakeDesk, table: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("tasks.reading.Decoding", refuse)
    desk.read(table, Options(side=16))
    failed = until(store, table, "failed", "ready")
    assert (failed.state, failed.known_outline) == ("failed", table.outline)
