"""Who goes first, over made-up arrivals: nobody waits for two runs of another project."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from store.queue.fairness import Served, Waiting, first_of, in_turn

KINDS = ("fine_tune", "pretrain", "variant", "control")
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 60),  # when, in s
        st.sampled_from("ABCD"),
        st.sampled_from(KINDS),
        st.integers(1, 30),  # how long it takes, in s
    ),
    max_size=30,
)


def waiting(run_id: str, project: str, kind: str = "fine_tune", asked_s: float = 0.0) -> Waiting:
    return Waiting(run_id, project, kind, int("".join(filter(str.isdigit, run_id))), asked_s)


def ready_of(waiting: Iterable[Waiting], in_service: Iterable[str] = ()) -> list[Waiting]:
    """Return the runs that wait for nothing but a worker, as the database says it.

    Args:
        waiting: All runs without a worker.
        in_service: Projects of which a run that somebody asked for is being trained.
    """
    heads: dict[str, Waiting] = {}
    background: list[Waiting] = []
    for run in sorted(waiting, key=lambda run: run.position):
        if run.is_background:
            background.append(run)
        else:
            heads.setdefault(run.project_id, run)
    busy = {*in_service}
    ready = [run for run in heads.values() if run.project_id not in busy]
    return ready or [run for run in background if run.project_id not in busy | heads.keys()]


def one_by_one(waiting: list[Waiting], served: Served, in_service: list[str]) -> list[Waiting]:
    """What `in_turn` says, by asking anew who goes first after each run."""
    left = {run.run_id: run for run in waiting}
    ended = dict(served)
    now = max([*ended.values(), *(run.asked_s for run in waiting)], default=0.0)
    ended |= {(project_id, False): now for project_id in in_service}
    order: list[Waiting] = []
    while left:
        run = first_of(ready_of(left.values()), ended)
        now += 1.0
        ended[run.lane] = now
        order.append(left.pop(run.run_id))
    return order


@dataclass
class Shop:
    """Workers that serve runs as the queue does, with a clock of its own."""

    arrivals: list[tuple[int, str, str, int]]
    num_workers: int
    now: float = 0.0
    waiting: list[Waiting] = field(default_factory=list)
    served: dict[tuple[str, bool], float] = field(default_factory=dict)
    working: list[tuple[float, Waiting]] = field(default_factory=list)
    begun: list[tuple[float, float, Waiting]] = field(default_factory=list)
    """When each run began, since when it had been ready, and the run."""

    def run(self) -> None:
        due = [
            (waiting(f"r{n}", project, kind, when), takes)
            for n, (when, project, kind, takes) in enumerate(sorted(self.arrivals))
        ]
        takes = {run.run_id: seconds for run, seconds in due}
        while due or self.working or self.waiting:
            self.waiting += [run for run, _ in due if run.asked_s <= self.now]
            due = [each for each in due if each[0].asked_s > self.now]
            self._begin(takes)
            moments = [run.asked_s for run, _ in due] + [end for end, _ in self.working]
            self.now = min(moments)
            for end, run in [each for each in self.working if each[0] <= self.now]:
                self.working.remove((end, run))
                self.served[run.lane] = end

    def _begin(self, takes: dict[str, int]) -> None:
        while len(self.working) < self.num_workers:
            busy = [run.project_id for _, run in self.working if not run.is_background]
            ready = ready_of(self.waiting, busy)
            if not ready:
                return
            run = first_of(ready, self.served)
            since = max(run.asked_s, self.served.get(run.lane, 0.0))
            self.begun.append((self.now, since, run))
            self.waiting.remove(run)
            self.working.append((self.now + takes[run.run_id], run))


@given(ARRIVALS, st.integers(1, 3))
def test_order__no_project_waits_for_two_runs_of_another(
    arrivals: list[tuple[int, str, str, int]], num_workers: int
) -> None:
    shop = Shop(arrivals, num_workers)
    shop.run()
    assert len(shop.begun) == len(arrivals)
    people = [each for each in shop.begun if not each[2].is_background]
    for n, (_, since, run) in enumerate(people):
        before = [other.project_id for at, _, other in people[:n] if at >= since]
        others = [project for project in before if project != run.project_id]
        assert len(others) == len(set(others)), "a project had two turns while another waited"


@given(ARRIVALS)
def test_order__what_is_in_the_background_never_goes_before_people(
    arrivals: list[tuple[int, str, str, int]],
) -> None:
    runs = [waiting(f"r{n}", p, kind, at) for n, (at, p, kind, _) in enumerate(arrivals)]
    order = in_turn(runs, {})
    assert sorted(run.run_id for run in order) == sorted(run.run_id for run in runs)
    assert [run.is_background for run in order] == sorted(run.is_background for run in order)
    for project in "ABCD":
        mine = [run.position for run in order if run.project_id == project]
        people = [n for n in mine if not runs[n].is_background]
        assert people == sorted(people)


@given(
    ARRIVALS,
    st.dictionaries(st.tuples(st.sampled_from("ABCD"), st.booleans()), st.integers(0, 70)),
    st.lists(st.sampled_from("ABCD"), max_size=2),
)
def test_order__is_as_if_each_was_asked_for_after_the_one_before(
    arrivals: list[tuple[int, str, str, int]],
    served: dict[tuple[str, bool], int],
    in_service: list[str],
) -> None:
    runs = [waiting(f"r{n}", p, kind, at) for n, (at, p, kind, _) in enumerate(arrivals)]
    assert ids(in_turn(runs, served, in_service)) == ids(one_by_one(runs, served, in_service))


class Counted(float):
    """A moment that counts how often it is compared."""

    num = 0

    def __lt__(self, other: float) -> bool:
        Counted.num += 1
        return float(self) < float(other)

    def __gt__(self, other: float) -> bool:
        Counted.num += 1
        return float(self) > float(other)

    def __eq__(self, other: object) -> bool:
        Counted.num += 1
        return float(self) == other

    def __hash__(self) -> int:
        return hash(float(self))


def num_steps(num_runs: int) -> int:
    runs = [
        waiting(f"r{n}", f"p{n % (num_runs // 4)}", KINDS[n % 4], Counted(n))
        for n in range(num_runs)
    ]
    Counted.num = 0
    assert len(in_turn(runs, {})) == num_runs
    return Counted.num


def test_order__of_ten_times_as_many_takes_little_more_than_ten_times_as_long() -> None:
    assert num_steps(1000) < 20 * num_steps(100)


def ids(runs: list[Waiting]) -> list[str]:
    return [run.run_id for run in runs]


def test_first__an_update_goes_before_pretrainings_but_once() -> None:
    pretraining, update = waiting("r1", "A", "pretrain", 1), waiting("r2", "B", "fine_tune", 5)
    assert first_of([pretraining, update], {}) == update
    assert first_of([pretraining, update], {("B", False): 3.0}) == pretraining


def test_order__projects_take_turns_however_much_one_asks() -> None:
    eager = [waiting(f"r{n}", "A", asked_s=n) for n in range(3)]
    order = in_turn([*eager, waiting("r7", "B", asked_s=5)], {})
    assert ids(order) == ["r0", "r7", "r1", "r2"]
    assert ids(in_turn(eager[1:], {}, ["A"])) == ["r1", "r2"]


def test_first__a_run_given_back_goes_on_before_younger_ones() -> None:
    back, younger = waiting("r1", "A", asked_s=1), waiting("r2", "B", asked_s=2)
    assert first_of([younger, back], {("B", False): 0.5}) == back
