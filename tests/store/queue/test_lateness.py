"""A clock that jumps may cost one refused commit; it never holds a run up."""

import pytest
from sqlalchemy import update

from store.errors import LeaseLostError
from store.sql.tables import RUN
from tests.store.scene import Scene

HOUR_S = 3600.0


def put_clock_back(scene: Scene) -> None:
    """Let the database's clock show an hour less: what it noted lies in the future then."""
    moments = {"lease_until": RUN.c.lease_until + HOUR_S, "rung_at": RUN.c.rung_at + HOUR_S}
    with scene.store.database.write() as connection:
        connection.execute(update(RUN).values(moments))


def test_clock_put_back__another_worker_may_take_the_run_of_a_dead_one(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one")
    put_clock_back(scene)
    assert scene.store.leases.due() == [run.run_id]
    scene.claim(run, "two")
    with pytest.raises(LeaseLostError):
        scene.commit(run, 0, "one")
    scene.commit(run, 0, "two")


def test_clock_put_back__a_living_worker_keeps_its_run(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one")
    put_clock_back(scene)
    assert scene.store.leases.renew(run.run_id, "one") == "ok"
    assert scene.store.leases.claim(run.run_id, "two") is None
    scene.commit(run, 0, "one")


def test_clock_put_back__a_waiting_run_is_rung_for(scene: Scene) -> None:
    run = scene.submit("pretrain")
    assert scene.store.leases.due() == []
    put_clock_back(scene)
    assert scene.store.leases.due() == [run.run_id]
    assert scene.store.leases.due() == [], "it was noted anew"


def test_clock_put_forward__a_living_worker_goes_on(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one", lease_s=-HOUR_S)
    scene.commit(run, 0, "one")
    assert scene.store.leases.renew(run.run_id, "one") == "ok"
