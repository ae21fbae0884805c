"""Outlooks on both databases: what the network believes, who is alike, and who goes first."""

import numpy as np
import pytest
import torch

from ml.errors import BadCheckpointError, InvalidInputError
from ml.learning.answer import View
from ml.measures.trust import trust_places
from ml.records import PRESETS
from store.errors import ArtifactMissingError, NotFoundError
from store.opening import Store
from store.queue.encodings import Encodings
from store.records import Gesture, Verb
from store.snapshots.asked_networks import Networks, Task
from store.snapshots.outlooks import Found, Outlooks
from tests.store.networks import keep_network, network, put_blobs
from tests.store.scene import Scene, pack

NUM = 60
KIND = np.arange(NUM) % 3
TRAINED = np.flatnonzero(np.arange(NUM) % 5)
NAMED = {0: [3, 6, 9, 12, 18, 21], 1: [1, 4, 7, 13, 16, 19], 2: [2, 8, 11, 14, 17, 23]}


def scene_of(store: Store, preset: str = "lodemap") -> Scene:
    classes = ("left", "middle", "right")
    project = store.projects.create("p", put_blobs(store), preset=preset, class_names=classes)
    return Scene(store, project)


def say(scene: Scene, verb: Verb, ids: list[int], **values: int) -> None:
    gesture = Gesture(verb, f"key-{next(scene.keys)}", pack(ids, NUM), values)
    scene.store.journal.append(scene.id, gesture, "Ana", "ana")


def fresh(s: Store, gives_way_to_all: bool = True) -> Outlooks:
    """What another process knows of the same store: nothing yet."""
    encodings = Encodings(s.chunks, s.workers, s.artifacts)
    networks = Networks(s.journal, s.frames, s.datasets, s.artifacts, s.cache, encodings)
    return Outlooks(s.database, s.journal, s.runs, s.datasets, networks, gives_way_to_all)


def taught(store: Store, preset: str = "lodemap") -> Scene:
    """A project whose map has learned six names of each class."""
    scene = scene_of(store, preset)
    keep_network(scene, scene.submit("pretrain", preset=preset), network(preset))
    for class_index, ids in NAMED.items():
        say(scene, "annotate", ids, class_index=class_index)
    keep_network(scene, scene.submit(preset=preset), network(preset))
    return scene


def test_leads__without_a_map(any_store: Store) -> None:
    scene = scene_of(any_store)
    assert any_store.outlooks.leads(scene.id).state == "no_map"
    scene.claim(scene.submit("pretrain", preset="lodemap"))
    assert any_store.outlooks.leads(scene.id).state == "no_map"


def test_leads__before_a_name_are_groups_and_outliers(any_store: Store) -> None:
    scene = scene_of(any_store)
    keep_network(scene, scene.submit("pretrain", preset="lodemap"), network("lodemap"))
    found = any_store.outlooks.leads(scene.id)
    assert (found.state, found.leads["ambiguous"], found.leads["wrong"]) == ("ready", [], [])
    assert found.leads["group"]


@pytest.mark.parametrize("preset", PRESETS)
def test_belief__is_that_of_the_network(any_store: Store, preset: str) -> None:
    scene = taught(any_store, preset)
    outlook = any_store.outlooks.leads(scene.id).outlook
    assert outlook is not None
    model = network(preset)
    images = np.asarray(any_store.datasets.samples(scene.project.dataset_id).images, np.float32)
    named = torch.full((NUM,), -1)
    for class_index, ids in NAMED.items():
        named[ids] = class_index
    with torch.no_grad():
        h = model.features(torch.from_numpy(images / 255))
        expected = model.classify(h, model.locate(h).mu).softmax(1)
        if preset == "lodemap":
            view = View(model.direction(h), torch.from_numpy(TRAINED), 3)
            list(view.chunks())
            said = torch.nn.functional.one_hot(named.clamp_min(0), 3) * (named >= 0)[:, None]
            expected = (expected + view.graph.spread(said.float())) / 2
    np.testing.assert_allclose(outlook.belief, expected.numpy(), atol=5e-3)


def test_leads__count_what_the_journal_says_now(any_store: Store) -> None:
    scene = taught(any_store)
    before = any_store.outlooks.leads(scene.id)
    group = before.leads["group"][0].members
    say(scene, "mark_unsure", group.tolist())
    after = any_store.outlooks.leads(scene.id)
    assert after.seq > before.seq
    asked = {i for lead in after.leads["group"] for i in lead.members.tolist()}
    assert not asked & set(group.tolist())


def test_leads__doubt_a_wrong_name(any_store: Store) -> None:
    scene = taught(any_store)
    say(scene, "annotate", [24], class_index=1)
    wrong = any_store.outlooks.leads(scene.id).leads["wrong"]
    assert [(lead.sample, lead.class_index, lead.rival) for lead in wrong] == [(24, 0, 1)]


@pytest.mark.parametrize("heir", [1, 3])
def test_leads__of_a_merged_class_count_for_its_heir(any_store: Store, heir: int) -> None:
    """One the map knows, and one that is newer than it."""
    scene = taught(any_store)
    scene.say("add_class", name="newer")
    before = any_store.outlooks.leads(scene.id).outlook
    scene.say("merge_class", class_index=2, into=heir)
    after = any_store.outlooks.leads(scene.id).outlook
    assert before is not None
    assert after is not None
    expected = before.belief @ np.eye(4, dtype=np.float32)[[0, 1, heir]]
    np.testing.assert_allclose(after.belief, expected[:, : max(3, heir + 1)], atol=1e-4)


def test_leads__give_way_to_a_run(any_store: Store) -> None:
    scene = taught(any_store)
    run = scene.submit(preset="lodemap")
    assert any_store.outlooks.leads(scene.id).state == "waiting"
    assert any_store.outlooks.alike(scene.id, 3, 5).state == "waiting"
    any_store.runs.request_stop(run.run_id)
    assert any_store.outlooks.leads(scene.id).state == "ready"


def test_leads__give_way_to_others_on_this_machine_alone(any_store: Store) -> None:
    scene, other = taught(any_store), scene_of(any_store)
    other.submit("pretrain", preset="lodemap")
    assert any_store.outlooks.leads(scene.id).state == "waiting"
    team = fresh(any_store, gives_way_to_all=False)
    assert team.leads(scene.id).state == "ready"
    team.close()


def test_leads__do_not_wait_for_a_run_that_waits_for_a_gpu_nobody_has(any_store: Store) -> None:
    scene, other = taught(any_store), scene_of(any_store)
    any_store.workers.beat("small", "ready", "cpu", "embedded")
    any_store.projects.set_device(other.id, "gpu")
    other.submit("pretrain", preset="lodemap")
    assert any_store.outlooks.leads(scene.id).state == "ready"
    assert any_store.outlooks.trust(scene.id).state == "ready"
    any_store.workers.beat("big", "busy", "cuda", "embedded")
    assert any_store.outlooks.leads(scene.id).state == "ready", "what is kept is there"
    assert fresh(any_store).leads(scene.id).state == "waiting"


def test_alike__is_there_while_a_run_learns_where_it_was_before(any_store: Store) -> None:
    scene = taught(any_store)
    ids = any_store.outlooks.alike(scene.id, 3, 10).ids
    assert set(KIND[ids]) == {0}
    scene.submit(preset="lodemap")
    np.testing.assert_array_equal(any_store.outlooks.alike(scene.id, 3, 10).ids, ids)


def test_features__are_kept_for_the_next_process(any_store: Store) -> None:
    scene = taught(any_store)
    ids = any_store.outlooks.alike(scene.id, 3, 10).ids
    another = fresh(any_store)
    scene.submit(preset="lodemap")  # who must compute gives way; who finds them need not
    assert set(another.alike(scene.id, 3, 10).ids[:5]) <= set(ids)
    another.close()


def test_leads__that_take_long_are_asked_for_again(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = taught(any_store)
    monkeypatch.setattr("store.snapshots.outlooks.PATIENCE_S", 0.0)
    states = [any_store.outlooks.leads(scene.id).state]
    monkeypatch.setattr("store.snapshots.outlooks.PATIENCE_S", 20.0)
    while states[-1] == "working":
        states.append(any_store.outlooks.leads(scene.id).state)
    assert states[-1] == "ready"


def test_leads__that_fail_late_are_told_to_whoever_asks_next(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = scene_of(any_store)
    keep_network(odd, odd.submit("pretrain", preset="lodemap"), network("lodemap"), data=b"no")
    monkeypatch.setattr("store.snapshots.outlooks.PATIENCE_S", 0.0)
    with pytest.raises(BadCheckpointError):
        [any_store.outlooks.leads(odd.id) for _ in iter(int, 1)]


def test_close__gives_up_what_is_being_worked_out(any_store: Store) -> None:
    scene = taught(any_store)
    any_store.outlooks._closing.set()
    assert any_store.outlooks.leads(scene.id).state == "waiting"


@pytest.mark.parametrize(("sample", "most"), [(NUM, 5), (-1, 5), (3, 0), (3, 1001)])
def test_alike__refuses_what_is_not_there(any_store: Store, sample: int, most: int) -> None:
    scene = taught(any_store)
    with pytest.raises(InvalidInputError, match=r"There is no sample|Ask for 1 to"):
        any_store.outlooks.alike(scene.id, sample, most)


def test_leads__of_unknown_projects_and_lost_or_odd_checkpoints(any_store: Store) -> None:
    with pytest.raises(NotFoundError):
        any_store.outlooks.leads("11111111-2222-3333-4444-555555555555")
    odd = scene_of(any_store)
    keep_network(odd, odd.submit("pretrain", preset="lodemap"), network("lodemap"), data=b"no")
    with pytest.raises(BadCheckpointError, match="cannot be read"):
        any_store.outlooks.leads(odd.id)
    scene = scene_of(any_store)
    keep_network(scene, scene.submit("pretrain", preset="lodemap"), network("lodemap"))
    row = any_store.runs.head(scene.id)
    assert row is not None
    any_store.artifacts.remove(row.checkpoint)
    with pytest.raises(ArtifactMissingError):
        any_store.outlooks.leads(scene.id)


def test_work__is_given_up_as_soon_as_a_run_begins(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = taught(any_store)
    monkeypatch.setattr("store.snapshots.outlooks.BETWEEN_LOOKS_S", 0.0)

    def act(task: Task) -> Found:
        task.pause()
        scene.submit(preset="lodemap")
        task.pause()
        raise AssertionError("it went on")

    assert any_store.outlooks._work(scene.id, "leads", act).state == "waiting"


def test_trust__is_worked_out_once_and_is_of_the_newest_map(store: Store) -> None:
    scene = scene_of(store)
    first = keep_network(scene, scene.submit("pretrain"), network("lodemap"))
    outlooks = fresh(store)
    found = outlooks.trust(scene.id)
    assert found.state == "ready"
    assert found.trust.shape == (NUM,)
    assert outlooks.trust(scene.id).trust is found.trust
    outlook = outlooks.leads(scene.id).outlook
    assert outlook is not None
    among = np.flatnonzero(outlook.in_graph)
    own = trust_places(outlook.x, first, outlook.near, among, lambda: None)
    np.testing.assert_allclose(found.trust, own, atol=0.05)  # frames are rounded
    outlooks.close()
