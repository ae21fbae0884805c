"""What there is in a database, counted."""

from sqlalchemy import update

from store.sql.tables import PROJECT
from tests.store.scene import Scene, make_scene


def test_totals__of_events_epochs_and_runs(scene: Scene) -> None:
    before = scene.store.totals()
    other = make_scene(scene.store)
    other.name([1], 0)
    other.trained(other.submit("pretrain"))
    other.submit()
    after = scene.store.totals()
    assert after.num_projects - before.num_projects == 1
    assert after.num_events - before.num_events == other.state().seq
    assert after.num_epochs - before.num_epochs == 3, "0, 1 and 2"
    assert (after.num_runs["finished"], after.num_runs["queued"]) == (1, 1)
    with scene.store.database.write() as connection:
        mine = PROJECT.c.project_id == other.id
        connection.execute(update(PROJECT).where(mine).values(draft_at=1.0))
    assert scene.store.totals().num_projects == before.num_projects, "drafts are nobody's yet"
