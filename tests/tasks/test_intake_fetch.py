"""The desk that fetches: from a real server which may also say nothing for long."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from ml.intake.records import Options
from store.errors import StoreUnavailableError
from store.intake.records import Intake
from store.opening import Store
from tasks.fetchers import NUM_AT_ONCE, Fetchers
from tasks.intake import IntakeDesk
from tasks.public_sets import PublicSet
from tests.patience import PATIENCE
from tests.tasks.test_fetching import Mirror, mirror, one_of
from tests.tasks.test_intake import ANA, npz, sent, until, wait_for

DATA = npz(40)
LARGE = npz(20_000)
"""Half of it is more than one piece."""


@pytest.fixture
def desk(store: Store) -> Iterator[IntakeDesk]:
    with closing(IntakeDesk(store)) as opened:
        yield opened


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch, *names: str, data: bytes = DATA) -> Iterator[Mirror]:
    """Serve one file as a public data set of each name."""
    with mirror({"things.npz": data}) as server:
        part = one_of(server, "things.npz", data).parts
        sets = tuple(PublicSet(name, name, "", "", part) for name in names)
        monkeypatch.setattr("tasks.public_sets.SETS", sets)
        yield server


def wanted(store: Store, name: str = "things", author_id: str = ANA) -> Intake:
    return store.intakes.create(name, len(DATA), "Ana", author_id, {"key": name})


def test_fetch__and_read(store: Store, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(monkeypatch, "things") as server:
        intake = wanted(store)
        desk.fetch(intake)
        desk.fetch(intake)
        ready = until(store, intake, "ready", "failed")
        assert (ready.state, ready.error, len(server.asked)) == ("ready", None, 1)
        assert ready.outline is not None
        assert (ready.outline["num_samples"], ready.received) == (40, len(DATA))


def test_fetch__that_failed_is_tried_again_and_keeps_its_options(
    store: Store, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(monkeypatch, "things") as server:
        server.files.clear()
        intake = wanted(store)
        desk.fetch(intake)
        failed = until(store, intake, "failed")
        assert failed.error is not None
        assert failed.error["code"] == "not_fetched"
        server.files["things.npz"] = DATA
        desk.read(failed, Options(side=16))
        ready = until(store, intake, "ready")
        assert (ready.error, ready.options["side"]) == (None, 16)


def test_close__does_not_wait_for_a_server_that_says_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(monkeypatch, "things", data=LARGE) as server:
        server.gate.clear()
        intake = wanted(store)
        with closing(IntakeDesk(store)) as desk:
            desk.fetch(intake)
            wait_for(lambda: desk.progress(intake.intake_id).done or None)
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 5 * PATIENCE
        draft = next(intake.upload.glob(".*.draft"))
        num_bytes = draft.stat().st_size
        server.gate.set()  # what was left behind hears the rest, and writes nothing of it
        wait_for(lambda: all(not each.is_alive() for each in desk._fetchers._threads) or None)
        assert draft.stat().st_size == num_bytes
        assert store.intakes.get(intake.intake_id).state == "receiving"
        with closing(IntakeDesk(store)) as next_app:
            next_app.start()
            assert until(store, intake, "ready", "failed").error is None
        assert server.asked[-1] != server.asked[0], "it goes on where it broke off"


def test_cancel__of_a_fetch_leaves_nothing(
    store: Store, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(monkeypatch, "things", data=LARGE) as server:
        server.gate.clear()
        intake = wanted(store)
        desk.fetch(intake)
        wait_for(lambda: desk.progress(intake.intake_id).done or None)
        desk.cancel(store.intakes.get(intake.intake_id))
        server.gate.set()
        wait_for(lambda: None if desk._turns.list() else True)
        assert not intake.folder.exists()


def test_fetching__does_not_keep_others_from_reading(
    store: Store, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"things{n}" for n in range(NUM_AT_ONCE + 2)]
    with served(monkeypatch, *names) as server, ExitStack() as at_last:
        at_last.callback(server.gate.set)
        server.gate.clear()
        fetched = [wanted(store, name, name) for name in names]
        for intake in fetched:
            desk.fetch(intake)
        wait_for(lambda: len(server.asked) == NUM_AT_ONCE or None)
        own = sent(store, DATA)
        desk.read(own, Options())
        until(store, own, "ready")
        assert len(server.asked) == NUM_AT_ONCE
        desk.cancel(store.intakes.get(fetched[-1].intake_id))  # while it waits for its place
        server.gate.set()
        for intake in fetched[:-1]:
            assert until(store, intake, "reading", "ready", "failed").error is None


def test_slot__is_given_back_when_a_fetch_fails() -> None:
    fetchers = Fetchers()
    for _ in range(NUM_AT_ONCE + 1):
        with pytest.raises(StoreUnavailableError), fetchers.slot(lambda: None):
            raise StoreUnavailableError("The database does not answer.")
    fetchers.close()


def test_fetch__into_a_folder_that_was_discarded_makes_none(
    store: Store, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(monkeypatch, "things"):
        intake = wanted(store)
        shutil.rmtree(intake.folder)
        desk.fetch(intake)
        failed = until(store, intake, "failed")
        assert not failed.folder.exists()
