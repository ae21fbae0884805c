"""What is replayed: frames laid end to end, gestures between runs, and what is thinned."""

import numpy as np
import pytest

from ml.records import RunConfig
from store.takeaway.errors import BadWishError, NothingToTakeError
from store.takeaway.minutes import gather
from store.takeaway.session import Session, annotations, read_session
from store.takeaway.shots import thin
from store.takeaway.wish import Place, Wish
from tests.store.archives.story import learn
from tests.store.scene import ANA, BEN, Scene


def read(scene: Scene, most: int = 100, **wish: object) -> Session:
    return read_session(scene.store, scene.id, Wish(**wish), most)  # type: ignore[arg-type]


def test_captions__say_who_did_what_and_leave_out_what_was_taken_back(told: Scene) -> None:
    said = [caption.text for caption in read(told).captions]
    assert said == [
        "Ana named 5 samples “cat”",
        "Ben named 1 sample “dog”",
        "Ana took the names of 1 sample away",
        "Ben was unsure about 1 sample",
        "Ben merged “cat” into “dog”",
    ]


def test_captions__one_for_what_is_said_in_a_row(told: Scene) -> None:
    told.name([7, 8], 1)
    told.name([9], 1)
    told.name([10], 1, BEN)
    said = [caption.text for caption in read(told).gestures]
    assert said[-2:] == ["Ana named 3 samples “dog”", "Ben named 1 sample “dog”"]


def test_captions__count_the_places_of_classes_that_are_released(told: Scene) -> None:
    told.say("place_class", class_index=1, place=(1.0, 2.0))
    told.say("release", [], with_classes=True)
    assert read(told).gestures[-1].text == "Ana released 1 pin"
    told.say("place_class", class_index=1, place=(1.0, 2.0))
    told.move([3, 4], [[0.0, 1.0], [1.0, 0.0]])
    told.say("release", [3, 4], with_classes=True)
    assert read(told).gestures[-1].text == "Ana released 3 pins"


def test_beats__go_on_in_time_and_end_with_the_last_frame(told: Scene) -> None:
    session = read(told)
    times = [beat.at_s for beat in session.beats]
    assert times == sorted(times)
    assert times[0] == 0
    assert session.beats[-1].shot == len(session.shots) - 1 == 14
    assert [b.caption for b in session.beats] == sorted(b.caption for b in session.beats)
    for k, beat in enumerate(session.beats[:-1]):
        assert session.beat_at(beat.at_s) >= k
        assert session.beats[k + 1].shot - beat.shot in (0, 1)


def names_of(scene: Scene, session: Session) -> list[list[int]]:
    """Return who is named at each moment of a replay."""
    found = annotations(scene.store, session)
    return [np.flatnonzero(named >= 0).tolist() for named in found]


def test_annotations__are_those_of_the_journal_then(told: Scene) -> None:
    session = read(told)
    found = [named.copy() for named in annotations(told.store, session)]
    assert (found[0] == -1).all()
    for caption, named in zip(session.captions, found[1:], strict=True):
        then = told.store.journal.state(told.id, caption.seq).annotation
        np.testing.assert_array_equal(named, then)


def test_annotations__never_show_what_was_taken_back(bare: Scene) -> None:
    learn(bare, bare.submit("pretrain"))
    bare.name([0, 1], 0)
    bare.name([4], 1, BEN)
    bare.say("undo")
    session = read(bare)
    assert [caption.text for caption in session.captions] == ["Ben named 1 sample “dog”"]
    assert names_of(bare, session) == [[], [4]]
    bare.say("redo")
    assert names_of(bare, read(bare)) == [[], [0, 1], [0, 1, 4]]
    bare.say("reset", who=BEN)
    bare.name([7], 0)
    session = read(bare)
    assert [caption.author for caption in session.captions] == ["Ben", "Ana"]
    assert names_of(bare, session) == [[], [], [7]]


def test_range__begins_with_the_names_before_it_and_ends_with_those_of_its_end(told: Scene) -> None:
    whole = names_of(told, read(told))
    assert names_of(told, read(told, until=Place(0))) == whole[:2]
    assert names_of(told, read(told, since=Place(1), until=Place(1))) == whole[1:5]
    assert names_of(told, read(told, since=Place(2))) == whole[4:]
    last = [named.copy() for named in annotations(told.store, read(told, since=Place(2)))][-1]
    np.testing.assert_array_equal(last, told.state().annotation)


def test_range__that_ends_within_a_run_leaves_out_what_was_said_after_it(told: Scene) -> None:
    session = read(told, until=Place(1, 1))
    assert [caption.text for caption in session.captions] == ["Ana named 5 samples “cat”"]
    assert read(told, since=Place(1, 1), until=Place(1, 1)).captions == []


def test_captions__of_an_update_that_has_no_epoch_follow_the_run_before(told: Scene) -> None:
    before = [caption.after_run for caption in read(told).captions]
    stopped = told.submit()
    told.store.runs.request_stop(stopped.run_id)
    told.name([7, 8, 9], 1)
    waiting = told.submit()
    told.name([10], 1, BEN)
    session = read(told)
    said = [caption.text for caption in session.captions]
    assert said[-2:] == ["Ana named 3 samples “dog”", "Ben named 1 sample “dog”"]
    assert [caption.after_run for caption in session.captions] == [*before, *before[-1:] * 2]
    last = [named.copy() for named in annotations(told.store, session)][-1]
    np.testing.assert_array_equal(last, told.state().annotation)
    learn(told, waiting, 0)
    told.name([11], 1, BEN)
    assert read(told).captions[-1].after_run == waiting.run_id
    last_run = learn(told, told.submit())
    session = read(told)
    assert session.captions[-1].after_run == waiting.run_id, "a run of epoch 0 alone has its place"
    assert session.shots[-1].block.run.run_id == last_run.run_id


def test_captions__of_an_update_that_joined_a_waiting_run_were_said_before_it(bare: Scene) -> None:
    first = learn(bare, bare.submit("pretrain"))
    bare.name([1], 0)
    run = bare.submit()
    bare.name([2, 3, 4], 1, BEN)
    assert bare.submit(who=BEN).run_id == run.run_id
    learn(bare, run)
    bare.name([5], 1)
    said = [caption.after_run for caption in read(bare).gestures]
    assert said == [first.run_id, first.run_id, run.run_id]
    until_first, since_run = read(bare, until=Place(0)), read(bare, since=Place(1))
    assert names_of(bare, until_first)[-1] == names_of(bare, since_run)[0] == [1, 2, 3, 4]
    assert since_run.before_seq == until_first.seqs[-1]
    np.testing.assert_array_equal(gather(bare.store, since_run).named_before[1:6], [0, 1, 1, 1, -1])


def test_captions__of_runs_whose_frames_are_left_out_are_told_all_the_same(told: Scene) -> None:
    session = read(told, most=2)
    assert {shot.block.run.number for shot in session.shots} == {0, 2}
    assert [c.text for c in session.captions] == [c.text for c in read(told).captions]
    assert names_of(told, session)[-1] == names_of(told, read(told))[-1]


def test_range__holds_its_runs_and_what_was_said_after_them(told: Scene) -> None:
    session = read(told, since=Place(1), until=Place(1))
    assert {shot.block.run.number for shot in session.shots} == {1}
    assert session.captions[0].text == "Ben named 1 sample “dog”"
    assert len(read(told, since=Place(2, 2), until=Place(2, 2)).shots) == 1


def test_range__goes_by_the_line_where_a_variant_is_the_map_again(told: Scene) -> None:
    store = told.store
    [variant] = store.variants.submit(
        told.id, [RunConfig("annotate-vae", num_epochs=2)], "Ana", "ana", "b"
    )
    learn(told, variant.run)
    store.variants.adopt(variant.run.run_id, "Ana", ANA, "first")  # run 3
    told.say("undo")
    learn(told, told.submit())  # run 4
    store.variants.adopt(variant.run.run_id, "Ana", ANA, "again")

    def runs_of(since: Place | None = None, until: Place | None = None) -> list[int]:
        return [
            *dict.fromkeys(
                shot.block.run.number for shot in read(told, since=since, until=until).shots
            )
        ]

    assert runs_of() == [0, 1, 2, 4, 3]
    assert runs_of(since=Place(2)) == [2, 4, 3]
    assert runs_of(since=Place(4), until=Place(3)) == [4, 3]
    assert runs_of(since=Place(3)) == [3]
    with pytest.raises(BadWishError, match="ends before it begins"):
        read(told, since=Place(3), until=Place(4))


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        (Place(2), Place(1), "ends before it begins"),
        (Place(1, 2), Place(1, 0), "ends before it begins"),
        (Place(7), None, "Run 7 is not on the project's line any more; it has 0, 1, 2"),
        (Place(1, 0.1), Place(1, 0.2), "No frame is kept"),
    ],
)
def test_range__that_cannot_be_is_refused(
    told: Scene, since: Place, until: Place | None, sentence: str
) -> None:
    with pytest.raises(BadWishError, match=sentence):
        read(told, since=since, until=until)


def test_range__of_a_run_taken_back_is_refused(told: Scene) -> None:
    run = told.submit()
    told.trained(run)
    told.say("undo")
    with pytest.raises(BadWishError, match="Run 3 is not on the project's line"):
        read(told, until=Place(3))


def test_thin__keeps_the_ends_and_snapshots_first(told: Scene) -> None:
    shots = read(told).shots
    kept = thin(shots, 9)
    assert len(kept) == 9
    assert all(shot.row.is_snapshot for shot in kept)
    assert len(thin(shots, 4)) == 4
    few = thin(shots, 1)
    assert [few[0], few[-1]] == [shots[0], shots[-1]]
    assert len(thin(shots, 12)) == 12
    assert thin(shots, 15) == list(shots)


def test_project__without_a_map_says_how_to_get_one(bare: Scene) -> None:
    with pytest.raises(NothingToTakeError, match=r"no map yet.*open it on the Map page"):
        read(bare)


def test_duplicate_and_archived__replay_too(told: Scene) -> None:
    copy = told.store.projects.duplicate(told.id, "A copy")
    told.store.projects.set_archived(copy.project_id, True)
    session = read_session(told.store, copy.project_id, Wish(), 100)
    assert len(session.shots) == 15
    assert len(session.captions) == 5
