"""One app that many journeys share; each gets a pretrained project of its own within a second."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.served import Served
from ml.records import PRESETS, RunConfig
from pages.demo import NAME
from store.datasets.class_order import in_key_order
from store.opening import Store, open_store
from store.settings import Settings
from tests.browser.drawn_project import draw_project
from tests.browser.screen import wait_until
from tests.browser.told_project import tell

NUM_EPOCHS = 15
PRETRAINING_S = 60.0


@dataclass
class SharedApp:
    """A running app and the project its journeys copy."""

    served: Served
    pretrained_ids: dict[tuple[str, int], str] = field(default_factory=dict)
    """By preset, and by axes."""

    @property
    def url(self) -> str:
        return self.served.url

    def new_project(self, name: str, preset: str = PRESETS[0], latent_dim: int = 2) -> str:
        """Return the id of a copy of the preset's pretrained project."""
        kind = (preset, latent_dim)
        with self._store() as store:
            if kind not in self.pretrained_ids:
                self.pretrained_ids[kind] = pretrain_demo(store, *kind)
            return store.projects.duplicate(self.pretrained_ids[kind], name[:60]).project_id

    def drawn_project(
        self, name: str, embedding: NDArray[np.float32], *, is_unformed: bool = False
    ) -> str:
        """Return the id of a project whose points lie where a test wants them, (n, axes)."""
        with self._store() as store:
            return draw_project(store, name[:60], embedding, is_unformed=is_unformed)

    def told_project(self, name: str) -> str:
        """Return the id of a project that two people worked in."""
        with self._store() as store:
            return tell(store, name[:60]).project_id

    def delete_project(self, project_id: str) -> None:
        """Delete a project, as from another tab."""
        with self._store() as store:
            store.projects.delete(project_id)

    def bare_project(
        self, name: str, *, is_stopped: bool = False, is_archived: bool = False
    ) -> str:
        """Return the id of a project nothing was drawn of: unopened, or stopped while it waited."""
        with self._store() as store:
            demo = next(each for each in store.projects.list() if each.name == NAME)
            project_id = store.projects.create(name[:60], demo.dataset_id).project_id
            if is_stopped:
                run = store.runs.submit(
                    project_id, "pretrain", RunConfig("annotate-vae"), "test", "test", project_id
                )
                store.runs.request_stop(run.run_id)
            if is_archived:
                store.projects.set_archived(project_id, True)
            return project_id

    def worker_pid(self, run_id: str) -> int:
        """Return the process that works on a run, read from the worker's name."""
        with self._store() as store:
            owner = store.runs.get(run_id).owner
        assert owner is not None
        return int(owner.split("-")[-2])

    @contextmanager
    def _store(self) -> Iterator[Store]:
        settings = Settings.from_env({"LODEMAP_DATA_DIR": str(self.served.data_dir)})
        with closing(open_store(settings)) as store:
            yield store


def pretrain_demo(store: Store, preset: str, latent_dim: int = 2) -> str:
    """Let the app's worker form the map of the demo project, or of one like it; return its id."""
    demo = next(each for each in store.projects.list() if each.name == NAME)
    project_id = demo.project_id
    if (preset, latent_dim) != (demo.preset, demo.latent_dim):
        classes = in_key_order(store.datasets.get(demo.dataset_id).class_names)
        project_id = store.projects.create(
            f"{NAME}, {preset}, {latent_dim}D", demo.dataset_id, latent_dim=latent_dim,
            class_names=classes, preset=preset,
        ).project_id  # fmt: skip
    config = RunConfig("annotate-vae", num_epochs=NUM_EPOCHS)
    run = store.runs.submit(project_id, "pretrain", config, "test", "test", project_id)
    wait_until(
        lambda: store.runs.get(run.run_id).state == "finished", "the pretraining", PRETRAINING_S
    )
    return project_id
