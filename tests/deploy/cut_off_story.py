"""What happens in the hub while a worker is cut off: `python -m tests.deploy.cut_off_story FOLDER`.

It runs inside the hub's namespace, and says what it saw as JSON on its last line.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from ml.records import RunConfig
from store.opening import open_store
from store.settings import Settings
from tasks.opening import open_backend
from tests.contract.workplace import Workplace, fingerprints, put_samples, until
from tests.deploy.hosts import Host
from tests.deploy.hub import services
from tests.deploy.servers import clean_environ
from tests.source import ROOT

BOOT_S: Final = 200.0
LONG: Final = RunConfig("annotate-vae", num_epochs=60, batch_size=16, seed=5)
SHORT: Final = RunConfig("annotate-vae", num_epochs=4, batch_size=64, seed=5)
WORKER: Final = (
    sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks.celery_app", "worker",
    "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", "gpu",
    "--loglevel", "WARNING",
)  # fmt: skip


@contextmanager
def worker_at(host: Host, folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Run a worker on a host; yield its log."""
    log = folder / f"{host.name}.log"
    told = {"LODEMAP_DATA_DIR": str(folder / host.name), "REMAP_SIGTERM": "SIGQUIT"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            host.command(*WORKER), cwd=ROOT, env=clean_environ({**environ, **told}),
            stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def host_of(owner: str, hosts: list[Host]) -> Host:
    """Return where a worker runs, by the process id in its name."""
    pid = owner.split("-")[-2]
    shown = subprocess.run(["ip", "netns", "identify", pid], capture_output=True, text=True)
    (found,) = [host for host in hosts if host.name == shown.stdout.strip()]
    return found


def is_fenced(log: Path) -> bool:
    """Whether a worker has said that it let its run go."""
    text = log.read_text()
    return "this worker leaves it" in text or "ends itself" in text


def cut_off(place: Workplace, hosts: list[Host], logs: dict[str, Path]) -> dict[str, Any]:
    """Cut off the worker that trains, and bring it back."""
    run = place.submit(LONG)
    place.wait_for_epoch(run.run_id, 2)
    first = place.run(run.run_id)
    host = host_of(str(first.owner), hosts)
    cut_s = time.monotonic()
    host.cut()

    def is_taken() -> bool:
        now = place.run(run.run_id)
        return now.owner not in (None, first.owner) and now.attempt == first.attempt + 1

    taken_s = until(is_taken, "another worker to take the run", 60)
    until(lambda: is_fenced(logs[host.name]), "the worker to fence itself", 60)
    fenced_s = time.monotonic() - cut_s
    reached = place.run(run.run_id).last_epoch
    place.wait_for_epoch(run.run_id, min(reached + 2, LONG.num_epochs))
    host.mend()
    owner = place.run(run.run_id).owner
    other = host_of(owner, hosts) if owner else None
    ended = place.wait_for_end(run.run_id)
    rows = [place.store.runs.snapshot(run.run_id, n) for n in range(ended.last_epoch + 1)]
    handed_on = next(n for n, row in enumerate(rows) if row.attempt == ended.attempt)
    return {
        "taken_s": taken_s, "fenced_s": fenced_s, "state": ended.state, "error": ended.error,
        "is_elsewhere": other is None or other.name != host.name,
        "attempts": [row.attempt for row in rows], "handed_on": handed_on,
        "epochs": len(fingerprints(place.store, run.run_id)), "cut": host.name,
    }  # fmt: skip


def come_back(place: Workplace, host: Host, others: list[Host]) -> dict[str, Any]:
    """Have a new run done by the worker that was cut off, the others being cut off now."""
    for other in others:
        other.cut()
    run = place.submit(SHORT)
    until(lambda: place.run(run.run_id).last_epoch >= 1, "the worker that came back", BOOT_S)
    owner = place.run(run.run_id).owner
    ended = place.wait_for_end(run.run_id)
    for other in others:
        other.mend()
    return {"state": ended.state, "is_by": owner is None or host_of(owner, [host]) == host}


def lose_packets(place: Workplace, hosts: list[Host], percent: int) -> dict[str, Any]:
    """Lose some of all packets while a run is trained."""
    for host in hosts:
        host.lose(percent)
    run = place.submit(SHORT)
    ended = place.wait_for_end(run.run_id)
    for host in hosts:
        host.mend()
    return {"state": ended.state, "epochs": len(fingerprints(place.store, run.run_id))}


def main() -> None:
    folder, hub, *names = Path(sys.argv[1]), sys.argv[2], *sys.argv[3:]
    prefix = hub.removesuffix("-hub")
    hosts = [Host(name, hub, f"{prefix}h{n}") for n, name in enumerate(names, 1)]
    with ExitStack() as stack:
        environ = stack.enter_context(services(folder))
        os.environ.update(environ)
        settings = Settings.from_env(environ, {"data_dir": folder / "app"})
        store = stack.enter_context(open_store(settings, as_app=True))
        backend = open_backend(settings, store)
        stack.callback(backend.close)
        logs = {h.name: stack.enter_context(worker_at(h, folder, environ)) for h in hosts}
        place = Workplace(store, backend, put_samples(store))
        until(lambda: num_ready(place) == len(hosts), "the workers", BOOT_S)
        seen = {"cut": cut_off(place, hosts, logs)}
        back = next(host for host in hosts if host.name == seen["cut"]["cut"])
        seen["lost"] = lose_packets(place, hosts, 5)
        seen["back"] = come_back(place, back, [host for host in hosts if host != back])
    sys.stdout.write(f"\n{json.dumps(seen)}\n")


def num_ready(place: Workplace) -> int:
    return sum(worker.state == "ready" for worker in place.store.workers.list())


if __name__ == "__main__":
    main()
