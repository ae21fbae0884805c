"""Variants: beside the line until somebody makes one the map, and behind whoever waits."""

from typing import Any

import pytest
from sqlalchemy import select, update

from ml.errors import InvalidInputError, NothingToLearnError
from ml.records import RunConfig
from store.errors import AlreadyRunningError, ConflictError, KeyReusedError, NotFoundError
from store.records import Gesture, Run
from store.sql.tables import RUN
from tests.store.scene import ANA, Scene, make_scene

CONFIGS = [
    RunConfig("annotate-vae", num_epochs=2, learning_rate=rate) for rate in (1e-4, 1e-3, 1e-2)
]


@pytest.fixture
def taught(scene: Scene) -> Scene:
    """A project with a map and two named classes."""
    scene.trained(scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.name([3, 4], 1)
    return scene


def try_out(scene: Scene, configs: Any = CONFIGS, key: str = "b") -> list[Run]:
    batch = scene.store.variants.submit(scene.id, configs, "Ana", "ana", key)
    return [each.run for each in batch]


def test_submit__all_from_the_present_map_and_nobodys_business(taught: Scene) -> None:
    head = taught.store.runs.head(taught.id)
    assert head is not None
    batch = try_out(taught)
    assert [run.config.learning_rate for run in batch] == [1e-4, 1e-3, 1e-2]
    assert {run.parent_run_id for run in batch} == {head.run_id}
    assert {run.journal_seq for run in batch} == {taught.state().seq}
    assert {(run.author, run.author_id) for run in batch} == {("Ana", ANA)}
    taught.trained(batch[1])
    assert [run.kind for run in taught.store.runs.of_project(taught.id)] == ["pretrain"]
    assert taught.store.runs.head(taught.id) == head
    assert taught.submit().number == 1


def test_submit__once_for_one_key(taught: Scene) -> None:
    first, again = try_out(taught), try_out(taught)
    assert [run.run_id for run in first] == [run.run_id for run in again]
    with pytest.raises(KeyReusedError):
        try_out(taught, CONFIGS[:2])


@pytest.mark.parametrize("configs", [[], CONFIGS * 5, [CONFIGS[0], CONFIGS[0]]])
def test_submit__refuses_none_too_many_and_twins(taught: Scene, configs: Any) -> None:
    with pytest.raises(InvalidInputError):
        try_out(taught, configs)


def test_submit__needs_a_map_and_names(scene: Scene) -> None:
    with pytest.raises(NothingToLearnError):
        try_out(scene)
    scene.name([1], 0)
    with pytest.raises(ConflictError, match="no map yet"):
        try_out(scene)


def test_submit__one_batch_at_a_time_and_the_next_removes_it(taught: Scene) -> None:
    batch = try_out(taught)
    with pytest.raises(AlreadyRunningError):
        try_out(taught, key="c")
    taught.trained(batch[0])
    taught.store.variants.stop(taught.id)
    later = try_out(taught, CONFIGS[:1], key="c")
    assert [each.run.run_id for each in taught.store.variants.newest(taught.id)] == [
        later[0].run_id
    ]
    with pytest.raises(NotFoundError):
        taught.store.runs.get(batch[0].run_id)


def test_stop__ends_those_that_wait(taught: Scene) -> None:
    try_out(taught)
    taught.store.variants.stop(taught.id)
    assert {each.run.state for each in taught.store.variants.newest(taught.id)} == {"stopped"}


def test_claim__somebody_who_waits_goes_first_in_any_project(taught: Scene) -> None:
    other = make_scene(taught.store)
    batch = try_out(taught)
    first = other.submit("pretrain")
    assert taught.store.leases.claim(batch[0].run_id, "worker") is None
    other.trained(first)
    assert taught.store.leases.claim(batch[0].run_id, "worker") is not None
    assert taught.store.leases.claim(batch[1].run_id, "another") is not None


def test_renew__a_variant_gives_way(taught: Scene) -> None:
    run = taught.claim(try_out(taught)[0])
    taught.commit(run, 1)
    assert taught.store.leases.renew(run.run_id, "worker") == "ok"
    update = taught.submit(num_epochs=2)
    assert taught.store.leases.renew(run.run_id, "worker") == "closing"
    taught.store.leases.give_back(run.run_id, "worker")
    assert run.run_id not in taught.store.leases.due(later(taught))
    taught.trained(update)
    again = taught.claim(run)
    assert (again.last_epoch, again.attempt) == (1, 2)


def test_due__rings_for_what_somebody_waits_for_first(taught: Scene) -> None:
    batch = try_out(taught)
    update = taught.submit(num_epochs=2)
    due = taught.store.leases.due(later(taught))
    assert due[0] == update.run_id
    assert not {run.run_id for run in batch} & set(due)


def later(scene: Scene) -> float:
    with scene.store.database.read() as connection:
        return float(connection.scalar(select(scene.store.database.clock)) or 0) + 20


def test_adopt__makes_it_the_map_and_undo_takes_it_back(taught: Scene) -> None:
    before = taught.store.runs.head(taught.id)
    run = taught.trained(try_out(taught)[1])
    taught.store.variants.stop(taught.id)
    adopted = taught.store.variants.adopt(run.run_id, "Ben", "ben", "k")
    assert (adopted.kind, adopted.number) == ("fine_tune", 1)
    assert (run.author_id, adopted.author, adopted.author_id) == (ANA, "Ben", "ben")
    head = taught.store.runs.head(taught.id)
    assert head is not None
    assert head.run_id == run.run_id
    assert taught.state().run_ids[-1] == run.run_id
    batch = taught.store.variants.newest(taught.id)
    assert [each.run.kind for each in batch] == ["variant", "fine_tune", "variant"]
    taught.store.journal.append(taught.id, Gesture("undo", "u"), "Ben", "ben")
    assert taught.store.runs.head(taught.id) == before
    taught.store.journal.append(taught.id, Gesture("redo", "r"), "Ben", "ben")
    assert taught.store.runs.head(taught.id) == head


def test_adopt__the_next_update_starts_from_it(taught: Scene) -> None:
    run = taught.trained(try_out(taught, CONFIGS[:1])[0])
    taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")
    taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")
    update = taught.claim(taught.submit(num_epochs=2))
    assert (update.number, update.parent_run_id) == (2, run.run_id)


def test_adopt__again_after_it_was_taken_back(taught: Scene) -> None:
    run = taught.trained(try_out(taught, CONFIGS[:1])[0])
    first = taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")
    with pytest.raises(ConflictError, match="already"):
        taught.store.variants.adopt(run.run_id, "Ben", "ben", "l")
    there = taught.store.history.of(taught.id).here
    taught.say("undo")
    again = taught.store.variants.adopt(run.run_id, "Ben", "ben", "m")
    assert (again.number, taught.state().run_ids[-1]) == (first.number, run.run_id)
    assert (first.author_id, again.author_id) == (ANA, "ben")
    assert taught.store.history.of(taught.id).here == there, "the step it was"
    taught.say("undo", who="ben")
    assert run.run_id not in taught.state().run_ids


def test_adopt__of_what_is_no_variant(taught: Scene) -> None:
    update = taught.trained(taught.submit())
    with pytest.raises(NotFoundError, match="not a variant"):
        taught.store.variants.adopt(update.run_id, "Ana", ANA, "k")


def test_adopt__of_a_batch_that_another_one_took_the_place_of(taught: Scene) -> None:
    run = taught.trained(try_out(taught, CONFIGS[:1])[0])
    try_out(taught, CONFIGS[1:], key="c")
    with pytest.raises(NotFoundError, match="another batch took its place"):
        taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")


def test_adopt__only_a_finished_one_and_not_beside_a_run(taught: Scene) -> None:
    batch = try_out(taught)
    with pytest.raises(ConflictError, match="queued"):
        taught.store.variants.adopt(batch[0].run_id, "Ana", ANA, "k")
    taught.trained(batch[0])
    taught.submit()
    with pytest.raises(AlreadyRunningError):
        taught.store.variants.adopt(batch[0].run_id, "Ana", ANA, "k")


def test_adopt__survives_the_next_batch_and_a_copy(taught: Scene) -> None:
    run = taught.trained(try_out(taught, CONFIGS[:2])[0])
    taught.store.variants.stop(taught.id)
    taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")
    try_out(taught, CONFIGS[2:], key="c")
    assert taught.store.runs.get(run.run_id).kind == "fine_tune"
    copy = taught.store.projects.duplicate(taught.id, "Copy")
    kinds = [each.kind for each in taught.store.runs.of_project(copy.project_id)]
    assert kinds == ["pretrain", "fine_tune"]
    assert taught.store.variants.newest(copy.project_id)[0].run.kind == "fine_tune"


def test_newest__is_not_misled_by_the_key_of_a_pretraining(scene: Scene) -> None:
    runs, config = scene.store.runs, RunConfig("annotate-vae")
    runs.submit(scene.id, "pretrain", config, "Ana", ANA, "variant:x:zz")
    assert scene.store.variants.newest(scene.id) == []


def test_newest__is_not_hidden_by_one_of_before_the_clock_was_put_back(taught: Scene) -> None:
    run = taught.trained(try_out(taught, CONFIGS[:1])[0])
    taught.store.variants.adopt(run.run_id, "Ana", ANA, "k")
    with taught.store.database.write() as connection:
        connection.execute(update(RUN).values(created_at=RUN.c.created_at + 3600))
    rates = [each.config.learning_rate for each in try_out(taught, CONFIGS[1:], key="c")]
    assert rates == [1e-3, 1e-2]
