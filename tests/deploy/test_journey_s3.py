"""A whole way with the artifacts in a bucket: app and worker share nothing but SQL and S3."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import fsspec
import numpy as np
import pytest

from ml.maps.codec import decode_frame
from ml.records import RunConfig
from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.errors import ArtifactsUnavailableError
from store.opening import Store, open_store
from store.settings import Settings
from store.snapshots.seen import see
from store.takeaway.wish import Wish
from tasks.fine_tune import run_fine_tune
from tasks.network_export import network_zip
from tasks.takeaway_records import new_takeaway
from tasks.takeaways import TakeawayDesk
from tasks.workbench import Workbench
from tests.contract.workplace import fingerprints, put_samples
from tests.deploy.bucket import Bucket, Wire, wire_to
from tests.pages.web import wait_until

AWAY_S = 5.0
CONFIG = RunConfig("annotate-vae", num_epochs=20, batch_size=64, seed=5)


@dataclass
class Team:
    """An app's store and a worker's, on two data folders."""

    app: Store
    worker: Store
    wire: Wire
    bucket: Bucket


@pytest.fixture(scope="module")
def team(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("s3")
    shared = {"database_url": f"sqlite:///{folder}/truth.db", "artifacts_url": bucket.url}
    with pytest.MonkeyPatch.context() as patch, wire_to(bucket.port) as wire:
        for name, value in bucket.environ(wire.port).items():
            patch.setenv(name, value)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        settings = [Settings.from_env({}, {"data_dir": folder / n, **shared}) for n in "ab"]
        with open_store(settings[0], as_app=True) as app, open_store(settings[1]) as worker:
            yield Team(app, worker, wire, bucket)


@pytest.fixture(scope="module")
def learned(team: Team) -> tuple[str, str]:
    """Project and run; in the middle of the run the bucket is gone for some seconds."""
    project = team.app.projects.create("p", put_samples(team.app).dataset_id)
    run = team.app.runs.submit(project.project_id, "pretrain", CONFIG, "Ana", "a", "key")
    back = threading.Timer(AWAY_S, team.wire.join)

    def interrupt() -> None:
        wait_until(lambda: team.app.runs.get(run.run_id).last_epoch >= 2, "an epoch", 60)
        team.wire.cut()
        back.start()

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    run_fine_tune(run.run_id, team.worker, Workbench("cpu"), "worker-1")
    interrupting.join()
    back.join()
    return project.project_id, run.run_id


def test_run__goes_on_after_its_bucket_was_gone_for_seconds(
    team: Team, learned: tuple[str, str]
) -> None:
    run = team.app.runs.get(learned[1])
    assert (run.state, run.error, run.attempt) == ("finished", None, 1)
    assert run.last_epoch == CONFIG.num_epochs
    assert len(fingerprints(team.app, run.run_id)) == CONFIG.num_epochs + 1


def test_page__is_told_in_a_sentence_while_the_bucket_is_gone(
    team: Team, learned: tuple[str, str]
) -> None:
    row = team.app.frames.after(learned[1], 0)[-1]
    team.wire.cut()
    try:
        with pytest.raises(ArtifactsUnavailableError, match="do not answer") as caught:
            team.app.artifacts.read(row.artifact)
        assert caught.value.status == 503
    finally:
        team.wire.join()
    assert decode_frame(team.app.artifacts.read(row.artifact)).embedding.shape[1] == 2


def test_run__that_begins_while_the_bucket_is_gone_waits(team: Team, tmp_path: Path) -> None:
    project = team.app.projects.create("q", put_samples(team.app).dataset_id)
    run = team.app.runs.submit(project.project_id, "pretrain", CONFIG, "Ana", "a", "later")
    elsewhere = replace(team.worker.settings, data_dir=tmp_path)  # nothing is fetched there yet
    with open_store(elsewhere) as worker:
        team.wire.cut()
        try:
            run_fine_tune(run.run_id, worker, Workbench("cpu"), "worker-2")
        finally:
            team.wire.join()
    waiting = team.app.runs.get(run.run_id)
    assert (waiting.state, waiting.error, waiting.owner) == ("queued", None, None)
    team.app.runs.request_stop(run.run_id)


def test_readers__all_find_what_another_machine_wrote(team: Team, learned: tuple[str, str]) -> None:
    project_id, run_id = learned
    row = team.app.frames.after(run_id, 0)[-1]
    assert team.app.atlases.get(run_id, row.attempt, row.n)
    dataset = team.app.datasets.get(team.app.projects.get(project_id).dataset_id)
    assert team.app.thumbnails.sheet(dataset.dataset_id, 0)
    archive = b"".join(pack_project(team.app, project_id, with_data=True, every_epoch=True))
    copied = import_project(team.app, io.BytesIO(archive), "copy")
    (run,) = team.app.runs.of_project(copied.project_id)
    assert fingerprints(team.app, run.run_id) == fingerprints(team.app, run_id)
    team.app.projects.delete(copied.project_id)
    team.app.artifacts.read(row.artifact)


@pytest.mark.slow
def test_children__find_the_bucket_too(team: Team, learned: tuple[str, str]) -> None:
    """A network and a takeaway are made by processes of their own."""
    project_id, run_id = learned
    sight = see(team.app, project_id, run_id)
    assert b"".join(network_zip(team.app.settings, sight)).startswith(b"PK")
    desk = TakeawayDesk(team.app.settings)
    made = desk.ask(new_takeaway(project_id, "a", "k", Wish(kind="report"), "report.html"))
    live = ("waiting", "making")
    wait_until(lambda: desk.get(made.takeaway_id, "a").state not in live, "the report", 60)
    assert desk.get(made.takeaway_id, "a").state == "ready"


def test_bucket__holds_nothing_that_no_row_names(team: Team, learned: tuple[str, str]) -> None:
    kinds = {name.split("/")[1] for name in team.bucket.names()}
    assert kinds == {"datasets", "runs"}
    assert np.array_equal(
        team.app.datasets.samples(team.app.projects.get(learned[0]).dataset_id).label,
        team.worker.datasets.samples(team.app.projects.get(learned[0]).dataset_id).label,
    )
