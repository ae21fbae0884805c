"""What the kernel is asked for, in which order, and what happens when it refuses the k-th call."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.opening import Store
from tasks.supervisor import ROOT
from tests.contract.workplace import SHORT, put_samples
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.test_worker_faults import Measure
from tests.faults.traced import MARK

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is an extra"),
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
    return [call for call in calls[marks[0] + 1 :] if not call.startswith("write(1")]


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
    for name in (r"1-0000\.safetensors", r"1-\d{6}\.frame"):
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
    said, calls = trace(store, project_id, "gesture", "whole", tmp_path / "trace")
    history.note("whole", "acknowledged", int(said))
    kinds = DURABLE.split(",")
    durable = [call for call in calls if call.split("(")[0] in kinds]
    num_before = len(durable) - len([c for c in after_mark(calls) if c.split("(")[0] in kinds])
    num_refused = 0
    for kind in ("EIO", "ENOSPC"):
        for k in range(num_before + 1, len(durable) + 1):
            name = durable[k - 1].split("(")[0]
            nth = len([call for call in durable[:k] if call.startswith(f"{name}(")])
            key = f"{kind}-{k}"
            inject = f"inject={name}:error={kind}:when={nth}"
            said, _ = trace(store, project_id, "gesture", key, tmp_path / key, "-e", inject)
            if not said.isdecimal():
                num_refused += 1
                assert re.match(r"(503|507) .*[Nn]ot saved", said), said
                history.note(f"{key}-refused", "unknown")
                said, _ = trace(store, project_id, "gesture", key, tmp_path / key)
            history.note(key, "acknowledged", int(said))
    record_property("calls", len(durable) - num_before)
    record_property("refused", num_refused)
    assert num_refused > 0
    facts = gather(store, project_id)
    broken = violations(history, facts)
    assert [sentence for sentence in broken if sentence[:2] in ("I1", "I2")] == []
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
