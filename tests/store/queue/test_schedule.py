from store.queue.fairness import Waiting
from store.queue.schedule import Busy, expected_starts


def waiting(run_id: str, project_id: str, kind: str = "fine_tune") -> Waiting:
    return Waiting(run_id, project_id, kind, 0, 0.0)


def test_starts__each_worker_takes_the_next_as_soon_as_it_is_free() -> None:
    order = [waiting("a", "A"), waiting("b", "B"), waiting("c", "C")]
    busy = [Busy("one", "D", 10.0), Busy("two", "E", 4.0)]
    starts = expected_starts(
        order, {"a": 3.0, "b": 20.0, "c": 1.0}, busy, {"one": False, "two": False}
    )
    assert starts == {"a": 4.0, "b": 7.0, "c": 10.0}


def test_starts__of_what_nobody_knows_nothing_is_said() -> None:
    order = [waiting("a", "A"), waiting("b", "B")]
    assert expected_starts(order, {}, [Busy("one", "D", None)], {"one": False}) == {}
    assert expected_starts(order, {}, [], {"idle": False}) == {"a": 0.0}
    assert expected_starts(order, {"a": 1.0}, [], {}) == {}


def test_starts__a_run_waits_for_the_one_before_it_in_its_project() -> None:
    order = [waiting("a", "A"), waiting("b", "A")]
    starts = expected_starts(
        order, {"a": 3.0}, [Busy("one", "A", 5.0)], {"one": False, "two": False}
    )
    assert starts == {"a": 5.0, "b": 8.0}
    unknown = [Busy("one", "A", None)]
    assert expected_starts(order, {"a": 3.0}, unknown, {"one": False, "two": False}) == {}
