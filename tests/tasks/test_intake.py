"""The desk: a real child decodes, somebody changes their mind, an app ends in between."""

import io
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from ml.errors import InvalidInputError
from ml.intake.records import Options
from store.archives.packing import pack_project
from store.errors import ConflictError, NotFoundError
from store.intake.records import Intake
from store.opening import Store
from tasks.intake import IntakeDesk
from tasks.keeping import Choices
from tests.patience import PATIENCE

ANA = "ana"


def npz(num_samples: int = 30, **more: Any) -> bytes:
    rng = np.random.default_rng(0)
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        "images": rng.integers(0, 255, (num_samples, 8, 8), np.uint8),
        "labels": np.arange(num_samples) % 3,
        "class_names": np.array(["a", "b", "c"]),
        "split": np.where(np.arange(num_samples) % 5, "train", "test"),
    }
    np.savez(buffer, **{**arrays, **more})
    return buffer.getvalue()


def sent(store: Store, data: bytes, name: str = "things.npz") -> Intake:
    intake = store.intakes.create(name, len(data), "Ana", ANA)
    return store.intakes.append(intake.intake_id, ANA, 0, data)


def until(store: Store, intake: Intake, *states: str) -> Intake:
    now: Intake = wait_for(lambda: found(store, intake, states))
    return now


def found(store: Store, intake: Intake, states: tuple[str, ...]) -> Intake | None:
    now = store.intakes.get(intake.intake_id)
    return now if now.state in states else None


def wait_for(get: Callable[[], Any], limit_s: float = 90.0) -> Any:
    end_s = time.monotonic() + limit_s * PATIENCE
    while (value := get()) is None:
        assert time.monotonic() < end_s, "it never happened"
        time.sleep(0.02)
    return value


@pytest.fixture
def desk(store: Store) -> Iterator[IntakeDesk]:
    with closing(IntakeDesk(store)) as opened:
        yield opened


def test_desk__reads_and_keeps_what_was_sent(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz())
    desk.read(intake, Options())
    ready = until(store, intake, "ready", "failed")
    assert (ready.error, ready.outline and ready.outline["kind"]) == (None, "image")
    desk.keep(ready, Choices("Things", held_out="given", latent_dim=3))
    kept = until(store, intake, "kept")
    project = store.projects.get(kept.project_id or "")
    assert (project.name, project.latent_dim) == ("Things", 3)
    assert [c.name for c in store.journal.state(project.project_id).classes] == ["a", "b", "c"]
    samples = store.datasets.samples(project.dataset_id)
    assert (len(samples.images), int(samples.is_held_out.sum())) == (30, 6)
    wait_for(lambda: None if intake.folder.exists() else True)


def test_desk__opens_the_archive_of_a_project(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz())
    desk.read(intake, Options())
    desk.keep(until(store, intake, "ready"), Choices("Things", latent_dim=3))
    source = until(store, intake, "kept").project_id or ""
    file = io.BytesIO()
    file.writelines(pack_project(store, source, with_data=True))
    archive = sent(store, file.getvalue(), "things.lodemap")
    desk.read(archive, Options())
    ready = until(store, archive, "ready")
    assert ready.outline is not None
    assert (ready.outline["kind"], ready.outline["chosen"]) == ("project", {"name": "Things"})
    desk.keep(ready, Choices("Things again", held_out="given"))
    opened = store.projects.get(until(store, archive, "kept").project_id or "")
    assert (opened.name, opened.latent_dim, opened.project_id != source) == (
        "Things again", 3, True,
    )  # fmt: skip
    torn = sent(store, file.getvalue()[:-400] + file.getvalue()[-300:], "torn.lodemap")
    desk.read(torn, Options())
    assert until(store, torn, "failed").error is not None


def test_desk__says_why_a_file_cannot_be_read_and_takes_no_harm(
    store: Store, desk: IntakeDesk
) -> None:
    intake = sent(store, b"GIF89a nothing", "things.gif")
    desk.read(intake, Options())
    failed = until(store, intake, "failed")
    assert failed.error is not None
    assert "things.gif" in failed.error["message"]
    with pytest.raises(ConflictError):
        desk.keep(failed, Choices("Things"))
    desk.cancel(failed)
    assert not intake.folder.exists()


def test_desk__reads_again_with_other_options(store: Store, desk: IntakeDesk) -> None:
    same = np.zeros((6, 8, 8), np.uint8)
    intake = sent(store, npz(6, images=same))
    for keep_duplicates in (False, True):
        desk.read(store.intakes.get(intake.intake_id), Options(keep_duplicates=keep_duplicates))
        ready = until(store, intake, "ready")
        assert ready.options["keep_duplicates"] is keep_duplicates
    desk.keep(ready, Choices("Six"))
    dataset_id = until(store, intake, "kept").dataset_id or ""
    assert store.datasets.get(dataset_id).num_samples == 6


def test_desk__that_is_refused_other_options_still_knows_what_was_found(
    store: Store, desk: IntakeDesk
) -> None:
    intake = sent(store, b"label,x,note\na,1,p\nb,2,q\n", "things.csv")
    desk.read(intake, Options())
    outline = until(store, intake, "ready", "failed").outline
    for wrong in (Options(value_columns=("note",)), Options(label_column="nix")):
        desk.read(store.intakes.get(intake.intake_id), wrong)
        failed = until(store, intake, "failed", "ready")
        assert failed.error is not None
        assert (failed.state, failed.known_outline) == ("failed", outline)
    desk.read(failed, Options(label_column=""))
    ready = until(store, intake, "ready", "failed")
    assert ready.error is None
    assert ready.outline not in (None, outline)


def test_desk__cancel_ends_the_child_at_once(store: Store, desk: IntakeDesk) -> None:
    intake = sent(store, npz(20_000))
    desk.read(intake, Options())
    child = wait_for(lambda: desk.pid(intake.intake_id))
    desk.cancel(store.intakes.get(intake.intake_id))
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert store.intakes.get(intake.intake_id).state == "cancelled"
    with pytest.raises(ConflictError, match="cancelled"):
        desk.read(store.intakes.get(intake.intake_id), Options())


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(signal.SIGSEGV, "decoder_crashed", "crash"), (signal.SIGKILL, "too_large", "memory")],
    ids=["by itself", "by the kernel that has no memory left"],
)
def test_desk__a_decoder_that_is_ended_is_told(
    store: Store, desk: IntakeDesk, number: int, code: str, words: str
) -> None:
    intake = sent(store, npz(20_000))
    desk.read(intake, Options())
    os.kill(wait_for(lambda: desk.pid(intake.intake_id)), number)
    failed = until(store, intake, "failed")
    assert failed.error is not None
    assert failed.error["code"] == code
    assert words in failed.error["message"]


def test_desk__goes_on_after_the_app_ended(store: Store) -> None:
    intake = sent(store, npz(20_000))
    with closing(IntakeDesk(store)) as first:
        first.read(intake, Options())
        wait_for(lambda: first.pid(intake.intake_id))
    assert store.intakes.get(intake.intake_id).state == "reading"
    with closing(IntakeDesk(store)) as second:
        second.start()
        ready = until(store, intake, "ready")
    moved = store.intakes.move(
        ready.intake_id, ("ready",), "keeping", choices=Choices("Again").to_json()
    )
    with closing(IntakeDesk(store)) as third:
        third.start()
        until(store, moved, "kept")
    # and where it ended just after the project was made
    store.intakes.move(ready.intake_id, ("kept",), "keeping")
    with closing(IntakeDesk(store)) as fourth:
        intake.folder.mkdir(parents=True, exist_ok=True)
        fourth.start()
        until(store, moved, "kept")
    assert [p.name for p in store.projects.list()] == ["Again"]


def test_desk__waits_for_all_bytes(store: Store, desk: IntakeDesk) -> None:
    intake = store.intakes.create("things.npz", 100, "Ana", ANA)
    with pytest.raises(ConflictError, match="0 of 100 bytes"):
        desk.read(intake, Options())


def test_keep__a_choice_that_does_not_suit_leaves_it_ready(store: Store, desk: IntakeDesk) -> None:
    names = np.array([f"class {n}" for n in range(300)])
    intake = sent(store, npz(300, class_names=names, labels=np.arange(300)))
    desk.read(intake, Options())
    desk.keep(until(store, intake, "ready"), Choices("Many"))
    ready = wait_for(lambda: told_so(store, intake))
    assert "300 labels" in (ready.error or {})["message"]
    desk.keep(ready, Choices("Many", with_classes=False))
    project_id = until(store, intake, "kept").project_id or ""
    assert store.journal.state(project_id).classes == ()
    with pytest.raises(NotFoundError):
        store.intakes.get("11111111-2222-3333-4444-555555555555")


def told_so(store: Store, intake: Intake) -> Intake | None:
    now = store.intakes.get(intake.intake_id)
    return now if now.state == "ready" and now.error else None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "name of the project"),
        ({"name": "x", "held_out": 0.7}, "from 0 to 0.5"),
        ({"name": "x", "held_out": "some"}, "from 0 to 0.5"),
        ({"name": "x", "latent_dim": 4}, "2 or 3 axes"),
        ({"name": "x", "latent_dim": True}, "2 or 3 axes"),
        ({"name": "x", "preset": "magic"}, "no such preset"),
        ({"name": "x", "with_classes": "yes"}, "true or false"),
        ({"name": "x", "color": 1}, "no choice 'color'"),
    ],
)
def test_choices__refuse_what_breaks_a_rule(values: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        Choices.from_json(values)
    assert Choices.from_json(Choices("x", 0.3).to_json()) == Choices("x", 0.3)
