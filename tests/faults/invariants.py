"""The seven invariants (I1 to I7), as functions from a history to the sentences that break one."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Final

from tests.faults.history import Facts, History, Look, Said
from tests.patience import PATIENCE

ENDED: Final = ("finished", "stopped", "failed", "quarantined")
AGREE_WITHIN_S: Final = 2.0 * PATIENCE
KILLED_S: Final = 1.0 * PATIENCE
"""After a fault is noted, for what is killed to be dead."""
LEAVES_S: Final = 1.0
"""Of an answer that is still on its way when what gave it breaks."""


def i1_every_acknowledged_gesture_is_saved_once(history: History, facts: Facts) -> list[str]:
    """Acknowledged is there, once, at the seq that was told; refused is not there."""
    times = Counter(line.key for line in facts.lines)
    seqs = {line.key: line.seq for line in facts.lines}
    broken = []
    for said in history.said:
        saved = times[said.key]
        if said.outcome == "acknowledged" and (saved != 1 or seqs[said.key] != said.seq):
            broken.append(f"{said.key} was acknowledged as {said.seq} and is there {saved} times")
        if (said.outcome == "refused" and saved) or saved > 1:
            broken.append(f"{said.key} was {said.outcome} and is there {saved} times")
    return broken


def i2_seq_has_no_gap_and_every_reader_saw_all(history: History, facts: Facts) -> list[str]:
    """The journal counts 1, 2, 3; a reader never goes back and misses nothing that was there."""
    seqs = [line.seq for line in facts.lines]
    broken = []
    if seqs != list(range(1, len(seqs) + 1)):
        broken.append(f"the journal counts {seqs}")
    shown = {line.seq for line in facts.lines if line.is_shown}
    broken += history.stumbles
    seen_by = _by_reader(history)
    broken += [f"{reader} never saw anything" for reader in sorted(history.readers - set(seen_by))]
    for reader, looks in seen_by.items():
        seen = {seq for look in looks for seq in look.seqs}
        wanted = {seq for seq in shown if seq <= looks[-1].seq}
        if seen != wanted:
            broken.append(f"{reader} differs from the journal in {sorted(seen ^ wanted)}")
        if any(later.seq < earlier.seq for earlier, later in pairwise(looks)):
            broken.append(f"{reader} went back")
        if any(seq > look.seq for look in looks for seq in look.seqs):
            broken.append(f"{reader} saw ahead of the journal position it was told")
    return broken


def i3_every_epoch_is_there_once_and_whole(_: History, facts: Facts) -> list[str]:
    """Epochs first to last once each, and each checkpoint's bytes are those written."""
    broken = []
    for run in facts.runs:
        epochs = [row.epoch for row in facts.epochs if row.run_id == run.run_id]
        if sorted(epochs) != list(range(run.first_epoch, run.last_epoch + 1)):
            broken.append(f"run {run.run_id} has epochs {sorted(epochs)} up to {run.last_epoch}")
    for row in facts.epochs:
        if row.sha256 != row.found:
            broken.append(f"epoch {row.epoch} of run {row.run_id} has other bytes than written")
    return broken


def i4_one_owner_at_a_time(_: History, facts: Facts) -> list[str]:
    """Once a later attempt has written something, no earlier one writes any more."""
    written: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for frame in facts.drawn:
        written["frame", frame.run_id].append((frame.n, frame.attempt))
    for row in facts.epochs:
        written["epoch", row.run_id].append((row.epoch, row.attempt))
    broken = []
    for (kind, run_id), pairs in written.items():
        attempts = [attempt for _, attempt in sorted(pairs)]
        if attempts != sorted(attempts):
            broken.append(f"each {kind} of run {run_id} is by attempt {attempts}")
    newest = {run.run_id: run.attempt for run in facts.runs}
    for row in facts.epochs:
        if row.attempt > newest.get(row.run_id, 0):
            broken.append(f"epoch {row.epoch} of run {row.run_id} is by an attempt never claimed")
    return broken


def i5_every_run_has_ended_or_is_held(_: History, facts: Facts) -> list[str]:
    """No run hangs in the air."""
    return [
        f"run {run.run_id} is {run.state} and nobody holds it"
        for run in facts.runs
        if run.state not in ENDED and not run.has_live_lease
    ]


def i6_nothing_is_left_behind(history: History, facts: Facts) -> list[str]:
    """No orphan process; a draft only of one that was killed, and never one that nobody removes."""
    broken = [f"process {orphan} is left" for orphan in facts.orphans]
    broken += [
        f"the draft {draft.name} is never removed" for draft in facts.drafts if draft.is_left
    ]
    killed_s = max(history.faulted_at, default=float("-inf")) + KILLED_S
    return broken + [
        f"the draft {draft.name} was left by somebody who lives"
        for draft in facts.drafts
        if draft.written_s > killed_s
    ]


def i7_all_browsers_agree(history: History, _: Facts) -> list[str]:
    """At one position all see the same; each sees a gesture soon after it was acknowledged.

    Not those of just before a fault, or while what broke is away: it may be what browsers look at.
    So the first gesture after it is the one by which they must be there again.
    """
    digests: dict[int, set[str]] = defaultdict(set)
    for look in history.looks:
        digests[look.seq].add(look.digest)
    broken = [f"browsers differ at {seq}" for seq, found in digests.items() if len(found) > 1]
    answered = sorted(
        (said for said in history.said if said.outcome == "acknowledged"),
        key=lambda said: said.at_s,
    )
    seen_by = _by_reader(history)
    for reader in sorted(history.readers | set(seen_by)):
        looks = seen_by.get(reader, [])
        if answered and (not looks or looks[-1].at_s < answered[-1].at_s):
            broken.append(f"{reader} saw nothing after the last gesture")
        late = [said for said in answered if _is_late(said, looks, history)]
        broken += [
            f"{reader} saw gesture {said.seq}, of {said.at_s:.1f}, late or never"
            for said in late[:1]
        ]
    return broken


def _is_late(said: Said, looks: list[Look], history: History) -> bool:
    """Whether a reader did not see a gesture in time, with nothing broken meanwhile.

    An answer may still be on its way when what gave it breaks.
    """
    until_s = said.at_s + AGREE_WITHIN_S
    broken = [*((fault_s, fault_s) for fault_s in history.faulted_at), *history.outages]
    if any(said.at_s - LEAVES_S <= end_s and begin_s <= until_s for begin_s, end_s in broken):
        return False
    return not any(look.seq >= (said.seq or 0) and look.at_s <= until_s for look in looks)


INVARIANTS: Final = (
    i1_every_acknowledged_gesture_is_saved_once,
    i2_seq_has_no_gap_and_every_reader_saw_all,
    i3_every_epoch_is_there_once_and_whole,
    i4_one_owner_at_a_time,
    i5_every_run_has_ended_or_is_held,
    i6_nothing_is_left_behind,
    i7_all_browsers_agree,
)


def violations(history: History, facts: Facts) -> list[str]:
    """Return every sentence that breaks an invariant, which one first."""
    return [
        f"{check.__name__.split('_')[0].upper()}: {sentence}"
        for check in INVARIANTS
        for sentence in check(history, facts)
    ]


def _by_reader(history: History) -> dict[str, list[Look]]:
    looks: dict[str, list[Look]] = defaultdict(list)
    for look in sorted(history.looks, key=lambda look: look.at_s):
        looks[look.reader].append(look)
    return looks
