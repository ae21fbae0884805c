"""What an app and its worker hold after a long meeting: memory, descriptors, and files.

Memory is what a process holds that is in no file: what the machine would have back if it ended, and
what the allocator keeps for later. Pages of libraries and of memory-mapped data sets do not count,
which the kernel may drop: whether they are this process's alone (20 MB of the app's) changes with
what else runs on the machine.
"""

import asyncio
import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from benchmarks.load.connection import Connection
from benchmarks.load.crowd import Target, crowd
from benchmarks.load.parts import app_on, until, wait_for_end, wait_for_workers
from benchmarks.load.recovery import asked, submit
from benchmarks.load.scene import Place, make_project, target_of
from benchmarks.served import Served
from benchmarks.sheet import Sheet
from store.backups.form import named_files
from store.opening import Store
from store.records import LIVE_STATES
from tasks.memory import GIVE_BACK_EVERY_S
from tasks.workbench import NUM_CHECKPOINTS, NUM_KNOWN

NUM_BROWSERS: Final = 10
SECONDS: Final = 1800.0
QUICK_SECONDS: Final = 120.0
UPDATE_SHARE: Final = 0.1
"""Between two Updates, of the time: three minutes, or 12 s in quick."""
WARM_SHARE: Final = 0.2
"""Part of the time after which is looked at first: caches have filled by then."""
WARM_UPDATES: Final = max(NUM_CHECKPOINTS, NUM_KNOWN)
"""Updates until then: a worker keeps what it knows of so many networks."""
UPDATE: Final = {"num_epochs": 4}
NUM_AT_ONCE: Final = 40
"""Who asks at once before a look: as many as the app answers at a time."""
CALM: Final = 5
"""So often one after the other they open nothing more, before it counts as all."""
IDLE_S: Final = GIVE_BACK_EVERY_S + 1.0
"""Nobody asks for so long before a look: the app has given back what its allocator kept."""
LOOKS: Final = 5
LOOK_S: Final = 0.5


@dataclass(frozen=True)
class Held:
    """What is held at one moment."""

    app: tuple[int, int]
    """Anonymous bytes and descriptors of the app's own process."""
    worker: tuple[int, int]
    """Of its worker."""
    worker_pid: int
    unnamed: frozenset[str]
    """Files among the artifacts that no row names."""
    num_bytes: int
    """Of all files of the data directory."""


@dataclass
class Updates:
    """What the person who trains was answered."""

    num_asked: int = 0
    errors: list[str] = field(default_factory=list)


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write growth and descriptors of app and worker, and `soak_unnamed_files`."""
    seconds = QUICK_SECONDS if is_quick else SECONDS
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        made = make_project(place)
        with app_on(place.data_dir) as app, place.store() as store:
            wait_for_workers(store, 1)
            wait_for_end(store, submit(app.port, made[0], {"num_epochs": 2}))
            target = target_of(app, made)
            warm_s = WARM_SHARE * seconds
            _meet(target, warm_s, warm_s / (WARM_UPDATES + 1))
            _come_to_rest(app, target)
            before = held(app, place, store, made[0])
            updates = _meet(target, seconds - warm_s, UPDATE_SHARE * seconds)
            _come_to_rest(app, target)
            after = held(app, place, store, made[0])
    put_held(sheet, before, after, f"{seconds / 60:.0f} min, {updates.num_asked} Updates")
    sheet.put("soak_errors", len(updates.errors), "; ".join(updates.errors[:2]))


def put_held(sheet: Sheet, before: Held, after: Held, what: str) -> None:
    """Write by how much more is held than before, and what happened meanwhile as a remark."""
    parts = {"soak": (before.app, after.app), "soak_worker": (before.worker, after.worker)}
    for key, (first, last) in parts.items():
        note = f"{NUM_BROWSERS} browsers, {what}: {first[0] / 1e6:.0f} to {last[0] / 1e6:.0f} MB"
        if key == "soak_worker" and before.worker_pid != after.worker_pid:
            note += "; another process by then"
        sheet.put(f"{key}_growth", last[0] / first[0] - 1, f"{note}, in no file")
        sheet.put(f"{key}_descriptors", last[1] - first[1], f"more than {first[1]}")
    new = sorted(after.unnamed - before.unnamed)
    note = f"; the data directory grew by {(after.num_bytes - before.num_bytes) / 1e6:.1f} MB"
    sheet.put("soak_unnamed_files", len(new), ", ".join(new[:2]) + note)


def _meet(target: Target, seconds: float, every_s: float) -> Updates:
    """Let the browsers work, and one person train every so often."""
    with _training(target, every_s) as updates:
        asyncio.run(crowd(target, NUM_BROWSERS, seconds))
    return updates


@contextmanager
def _training(target: Target, every_s: float) -> Iterator[Updates]:
    """Ask for an Update again and again, while the block runs."""
    is_over, updates = threading.Event(), Updates()

    def train() -> None:
        while not is_over.wait(every_s):
            body = {"key": str(uuid.uuid4()), "kind": "fine_tune", "config": UPDATE}
            try:
                asked(target.port, "POST", f"/api/projects/{target.project_id}/runs", body)
                updates.num_asked += 1
            except (RuntimeError, OSError) as error:
                updates.errors.append(str(error))

    thread = threading.Thread(target=train)
    thread.start()
    try:
        yield updates
    finally:
        is_over.set()
        thread.join()


def _come_to_rest(app: Served, target: Target) -> None:
    """Let the app open all that it keeps open, and close what it does not.

    It keeps as many connections to the database as were ever asked at once, up to a number, and
    SQLite the descriptors of more that were closed, for the next ones. The threads that answer,
    each with a connection to the cache, end once they were idle for 10 s and another question
    comes. And once a minute it gives memory back.
    """
    assert app.process is not None
    process, most, num_calm = psutil.Process(app.process.pid), 0, 0
    while num_calm < CALM:
        asyncio.run(_ask_at_once(target, NUM_AT_ONCE))
        num_calm = num_calm + 1 if process.num_fds() <= most else 0
        most = max(most, process.num_fds())
    time.sleep(IDLE_S)
    asyncio.run(_ask_at_once(target, 1))


async def _ask_at_once(target: Target, num_askers: int) -> None:
    connections = [Connection(target.port) for _ in range(num_askers)]
    for nth, connection in enumerate(connections):
        await connection.sign_in(f"Person {nth}")
    paths = ["/api/projects", *(f"/api/projects/{target.project_id}/{p}" for p in ("log", "state"))]
    for path in paths:
        answers = await asyncio.gather(*(each.get(path) for each in connections))
        assert all(answer.status == 200 for answer in answers)
    for connection in connections:
        await connection.close()


def cpu_s(app: Served) -> float:
    """Return the seconds of a core that an app's own process has used."""
    assert app.process is not None
    times = psutil.Process(app.process.pid).cpu_times()
    return float(times.user + times.system)


def held(app: Served, place: Place, store: Store, project_id: str) -> Held:
    """Return what is held once no run goes on."""
    runs = store.runs
    until(lambda: all(r.state not in LIVE_STATES for r in runs.of_project(project_id)), "the runs")
    wait_for_workers(store, 1)
    assert app.process is not None
    present = [worker.worker_id for worker in store.workers.list() if worker.is_present]
    pid = int(present[0].split("-")[-2])
    with store.database.read() as connection:
        named = set(named_files(connection, store.artifacts))
    root = place.data_dir / "artifacts"
    files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    own, other = _process(app.process.pid), _process(pid)
    return Held(own, other, pid, frozenset(files - named), _bytes_of(place.data_dir))


def _bytes_of(folder: Path) -> int:
    num_bytes = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the app went on, and removed it
            num_bytes += path.stat().st_size if path.is_file() else 0
    return num_bytes


def _process(pid: int) -> tuple[int, int]:
    """Return anonymous bytes, the median of some looks, and open descriptors of a process."""
    process, looks = psutil.Process(pid), []
    for _ in range(LOOKS):
        memory = process.memory_info()
        looks.append(memory.rss - memory.shared)
        time.sleep(LOOK_S)
    return int(statistics.median(looks)), process.num_fds()
