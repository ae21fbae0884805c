"""What the kernel is asked for, in which order, and what happens when it refuses the k-th call."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.opening import Store
from tasks.child_start import ROOT
from tests.contract.workplace import SHORT, put_samples
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.traced import MARK
from tests.faults.watch import Measure

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not shutil.which("strace"), reason="strace is missing: apt-get install strace"
    ),
]
DURABLE = "pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2"


@pytest.fixture
def project_id(store: Store) -> str:
    """A project whose pretraining a worker has claimed."""
    project = store.projects.create("p", put_samples(store).dataset_id)
    run = store.runs.submit(project.project_id, "pretrain", SHORT, "Ana", "a", "key")
    assert store.leases.claim(run.run_id, "one", lease_s=600) is not None
    return project.project_id


def trace(
    store: Store, project_id: str, what: str, key: str, out: Path, *options: str
) -> tuple[str, list[str]]:
    """Return what a traced process said, and its calls after the mark, on its main thread."""
    command = [
        "strace", "-f", "-y", "-e", f"trace=write,{DURABLE}", *options, "-o", str(out),
        sys.executable, "-m", "tests.faults.traced", str(store.settings.data_dir), project_id,
        what, key,
    ]  # fmt: skip
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = out.read_text(errors="replace").splitlines()
    main = lines[0].split()[0]
    mine = [line.partition(" ")[2].strip() for line in lines if line.split()[0] == main]
    return said.strip(), mine


def after_mark(calls: list[str]) -> list[str]:
    marks = [at for at, call in enumerate(calls) if MARK.decode() in call]
    return [call for call in calls[marks[0] + 1 :] if not call.startswith("write(1<")]


def place(calls: list[str], pattern: str) -> int:
    """Return where the first call like a pattern is."""
    found = [at for at, call in enumerate(calls) if re.search(pattern, call)]
    assert found, f"{pattern} is not among {calls}"
    return found[0]


def test_epoch__is_on_the_disk_before_its_row_is(
    store: Store, project_id: str, tmp_path: Path
) -> None:
    _, calls = trace(store, project_id, "epoch", "k", tmp_path / "trace")
    calls = after_mark(calls)
    for name in (r"1-0000\.safetensors\.moments", r"1-0000\.safetensors", r"1-\d{6}\.frame"):
        order = [
            place(calls, rf"^write\(\d+<.*/\.{name}\.\w+\.tmp>"),
            place(calls, rf"^fsync\(\d+<.*/\.{name}\.\w+\.tmp>"),
            place(calls, rf"^rename.*/\.{name}\.\w+\.tmp"),
            place(calls, r"^pwrite64\(\d+<.*lodemap\.db-wal>"),
        ]
        assert order == sorted(order)
        renamed = order[2]
        folder = place(calls[renamed:], r"^fsync\(\d+<.*/runs/[\w-]+>") + renamed
        assert folder < order[3], "the folder knows the name before a row does"
    synced = [at for at, call in enumerate(calls) if re.match(r"f(data)?sync.*db-wal", call)]
    written = [at for at, call in enumerate(calls) if re.match(r"pwrite64.*db-wal", call)]
    assert synced[-1] > written[-1], "the commit is on the disk when it is answered"


def test_gesture__whichever_call_the_kernel_refuses(
    store: Store, project_id: str, tmp_path: Path, record_property: Measure
) -> None:
    """SQLite's own writes and syncs, each refused once with EIO and once with ENOSPC."""
    history = History()
    for key in ("first", "second"):  # the first one also writes what opening needs only once
        said, calls = trace(store, project_id, "gesture", key, tmp_path / key)
        history.note(key, "acknowledged", int(said))
    num_before = len(durable(calls)) - len(durable(after_mark(calls)))
    refused: list[str] = []
    for kind in ("EIO", "ENOSPC"):
        for at, call in enumerate(durable(calls)):
            name = call.split("(")[0]
            nth = len([each for each in durable(calls)[: at + 1] if each.startswith(f"{name}(")])
            if at < num_before:
                continue
            key = f"{kind}-{at}"
            inject = f"inject={name}:error={kind}:when={nth}"
            said, broken = trace(store, project_id, "gesture", key, tmp_path / key, "-e", inject)
            hit = [each for each in after_mark(broken) if "INJECTED" in each]
            assert len(hit) == 1, broken
            if said.isdecimal():
                assert "db-wal" not in hit[0], f"{hit[0]} failed, and yet it was acknowledged"
            else:
                assert re.match(r"(503|507) .*([Nn]ot|nothing was) saved", said), said
                refused.append(name)
                said, _ = trace(store, project_id, "gesture", key, tmp_path / f"{key}-again")
            history.note(key, "acknowledged", int(said))
    record_property("refused", f"{len(refused)} of {2 * (len(durable(calls)) - num_before)} calls")
    assert {"pwrite64", "fdatasync"} <= set(refused)
    found = violations(history, gather(store, project_id))
    assert [sentence for sentence in found if sentence[:2] in ("I1", "I2")] == []
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def durable(calls: list[str]) -> list[str]:
    """Return the calls by which something reaches the disk."""
    return [call for call in calls if call.split("(")[0] in DURABLE.split(",")]
