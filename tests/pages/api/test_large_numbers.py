"""Numbers in addresses that no column of PostgreSQL holds: nothing has them, and nothing breaks."""

from collections.abc import Iterator

import pytest

from tests.pages.web import VALUES, Served, every_address, serve
from tests.services import fresh_database
from tests.store.scene import Scene, frame_row, snapshot_row

LARGEST = "9" * 12
"""The largest that an address may name."""
NUMBERS = [name for name, value in VALUES.items() if value.isdecimal() and len(value) == 1]
ASKED = ("after", "before", "epoch", "seq", "sample", "most")


@pytest.fixture(scope="module")
def on_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("large")
    with fresh_database(postgres_url) as url, serve(folder, database_url=url) as running:
        yield running


@pytest.fixture(scope="module")
def addresses(on_postgres: Served) -> list[str]:
    """All of a project with a run that has a snapshot, with the largest number in each place."""
    scene = Scene(on_postgres.store, on_postgres.project(40))
    run = scene.claim(scene.submit("pretrain"))
    on_postgres.store.leases.commit_epoch(
        run.run_id, "worker", snapshot_row(run, 0), frame_row(run, 0.0, True)
    )
    own = {"p": scene.id, "r": run.run_id, "other": run.run_id, "d": scene.project.dataset_id}
    return every_address(on_postgres, VALUES | own | dict.fromkeys(NUMBERS, LARGEST)) + [
        f"{path}?run={run.run_id}&{name}={LARGEST}"
        for path in every_address(on_postgres, VALUES | own)
        for name in ASKED
        if "/api/" in path
    ]


def test_numbers__that_no_column_holds(on_postgres: Served, addresses: list[str]) -> None:
    visitor = on_postgres.browser()
    for path in addresses:
        if LARGEST in path:
            answer = visitor.get(path)
            assert answer.status < 500, (path, answer.body)
    assert sum(LARGEST in path for path in addresses) > 100
