from ml.learning.pacing import FramePacer


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def __call__(self) -> float:
        return self.time_s


def work(pacer: FramePacer, clock: Clock, cost_s: float) -> None:
    with pacer.working():
        clock.time_s += cost_s


def test_pacer__the_first_frame_may_leave_at_once() -> None:
    assert FramePacer(Clock()).may_work()


def test_pacer__keeps_the_gap_between_frames() -> None:
    clock = Clock()
    pacer = FramePacer(clock, min_gap_s=0.15)
    pacer.sent()
    clock.time_s = 0.149
    assert not pacer.may_work()
    clock.time_s = 0.151
    assert pacer.may_work()


def test_pacer__frames_after_the_first_keep_to_their_share() -> None:
    clock = Clock()
    pacer = FramePacer(clock, min_gap_s=0.15, max_share=0.15)
    pacer.start()
    num_frames = 0
    while clock.time_s < 60:
        clock.time_s += 0.02  # a step of training
        if pacer.may_work():
            work(pacer, clock, 0.1)
            pacer.sent()
            num_frames += 1
        assert pacer.share <= 0.15 + 1e-9
    assert pacer.share > 0.12
    assert num_frames > 60


def test_pacer__the_first_frame_costs_nothing_of_the_share() -> None:
    clock = Clock()
    pacer = FramePacer(clock)
    work(pacer, clock, 0.5)
    pacer.sent()
    assert pacer.share == 0


def test_pacer__a_share_of_zero_lets_nothing_out() -> None:
    assert not FramePacer(Clock(), max_share=0.0).may_work()


def test_pacer__start_forgets_the_run_before() -> None:
    clock = Clock()
    pacer = FramePacer(clock)
    pacer.sent()
    assert not pacer.may_work()
    pacer.start()
    assert pacer.may_work()
