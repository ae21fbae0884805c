"""What was dragged between two journal positions, and the project as it would be without it."""

from store.journal.drags import Dragged, dragged_between
from store.journal.fold import Fold
from tests.store.stories import NUM, say


def told() -> Fold:
    """Ana and Ben have named and moved a little."""
    fold = Fold(NUM)
    say(fold, "add_class", [], "ana", {"name": "cat"})
    say(fold, "add_class", [], "ana", {"name": "dog"})
    say(fold, "annotate", [1, 2], "ana", {"class_index": 0})
    say(fold, "move", [1], "ana", {"class_index": 0})
    return fold


def between(fold: Fold, after: int, until: int | None = None) -> Dragged:
    until = fold.seq if until is None else until
    return dragged_between(lambda: Fold.of(NUM, fold.events[:after]), fold.events[after:until])


def test_without__older_pins_and_names_are_back() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "move", [1, 2, 3], "ben", {"class_index": 1})
    say(fold, "annotate", [4], "ben", {"class_index": 1})
    found = between(fold, parent)
    assert found.is_any
    assert found.without.pins.seq.tolist() == [4], "the pin from before the parent stands"
    assert found.without.pins.ids.tolist() == [1]
    assert found.without.annotation.tolist()[1:5] == [0, 0, -1, 1], "what was named stays named"
    assert found.now.annotation.tolist()[1:5] == [1, 1, 1, 1]


def test_without__places_of_classes_are_as_they_were() -> None:
    fold = told()
    say(fold, "place_class", [], "ana", {"class_index": 0, "place": [1.0, 1.0]})
    parent = fold.seq
    say(fold, "place_class", [], "ana", {"class_index": 0, "place": [2.0, 2.0]})
    found = between(fold, parent)
    assert found.is_any
    assert (found.now.class_places, found.without.class_places) == ({0: (2, 2)}, {0: (1, 1)})


def test_is_any__not_for_names_releases_or_moves_from_before() -> None:
    fold = told()
    parent = fold.seq
    assert not between(fold, parent).is_any
    say(fold, "annotate", [4], "ben", {"class_index": 1})
    assert not between(fold, parent).is_any
    say(fold, "release", [1], "ana", {})
    assert not between(fold, parent).is_any


def test_is_any__not_for_a_move_that_was_taken_back_but_once_brought_back() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "move", [3], "ben", {})
    say(fold, "undo", [], "ben", {})
    assert not between(fold, parent).is_any
    say(fold, "redo", [], "ben", {})
    assert between(fold, parent).is_any


def test_is_any__for_an_older_move_that_was_brought_back_since() -> None:
    fold = told()
    say(fold, "undo", [], "ana", {})
    parent = fold.seq
    say(fold, "redo", [], "ana", {})
    found = between(fold, parent)
    assert found.is_any
    assert (found.before.pins.num_pins, found.without.pins.num_pins) == (0, 0)


def test_without__undoes_nothing_that_came_later_than_asked_for() -> None:
    fold = told()
    say(fold, "move", [3], "ben", {})
    until = fold.seq
    say(fold, "undo", [], "ben", {})
    assert between(fold, until - 1, until).now.pins.num_pins == 2


def test_without__a_class_that_only_a_move_kept_alive_is_gone() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "move", [3], "ben", {"class_index": 1})
    for _ in range(3):
        say(fold, "undo", [], "ana", {})
    found = between(fold, parent)
    assert [info.class_index for info in found.now.classes] == [0, 1]
    assert [info.class_index for info in found.without.classes] == [0]
