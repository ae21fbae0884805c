"""What a report tells: gathered from the store, free of any form.

"Before" and "after" are the two ends of the range, by default the map as the pretraining left it
and the map as it is; where the network knew no class at the beginning, before is the end of the
first Update. All figures are by what was known when the later one learned, those of the runs
between too, on the same held-out samples (store/annotations/evidence.py); where the frame of a run
between is gone, its figures are those it told itself. People, runs and names are those of the
range; what is still open is open today.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.measures.by_label import ByLabel, by_label, count_by_hand, is_by_hand, label_metrics
from ml.measures.comparison import Comparison, Confusion, compare, confuse
from ml.measures.metrics import LEAST_KNOWN, held_out_metrics
from ml.measures.renamed import Renamed
from ml.records import NO_CLASS, UNSURE
from store.annotations.agreement import Judgements, judgements_of
from store.annotations.changes import changes_until
from store.annotations.evidence import Evidence, evidence_of, pair_of
from store.errors import ArtifactDamagedError, ArtifactMissingError
from store.opening import Store
from store.people.comments import Comment
from store.takeaway.session import Session
from store.takeaway.shots import Block, Shot
from store.takeaway.who_said import PersonSaid, people_of


@dataclass(frozen=True)
class RunTold:
    """A run of the line with its figures."""

    block: Block
    metrics: Mapping[str, float | None]
    """Of its last snapshot; what is about held-out samples by what was known at the end."""
    receipt: Mapping[str, Any] | None
    """What its moves did; None where it had none."""
    control: str
    """How far the receipt's measuring is."""
    is_by_then: bool = False
    """Whether all figures are by what was known when it learned: its frame is gone or damaged."""


@dataclass(frozen=True, eq=False)
class End:
    """One end of the range."""

    shot: Shot
    evidence: Evidence
    confusion: Confusion

    @property
    def knows(self) -> bool:
        """Whether the network predicts anything there."""
        return bool((self.evidence.prediction >= 0).any())

    @property
    def accuracy(self) -> float | None:
        """Share of held-out samples of known class it is right about; None if withheld."""
        num_known = self.confusion.num_known
        if num_known < LEAST_KNOWN or not self.knows:
            return None
        return int(np.trace(self.confusion.counts)) / num_known

    @property
    def labels(self) -> ByLabel:
        """The same by the data set's labels alone."""
        of = self.evidence
        return by_label((of.prediction,), of.truth, of.label, of.is_held_out)

    @property
    def num_by_hand(self) -> int:
        """Known held-out samples that somebody named by hand; 0 where too few are to be told."""
        of = self.evidence
        number = count_by_hand(of.truth, of.label, of.is_held_out)
        return number if is_by_hand(number, self.confusion.num_known) else 0

    @property
    def title(self) -> str:
        """What people call it: "Run 2, epoch 15"."""
        return f"{self.shot.block.title}, epoch {self.shot.row.epoch:g}"

    @property
    def words(self) -> str:
        """The same within a sentence: "the end of Run 2", or "epoch 1 of Run 2"."""
        block, epoch = self.shot.block, self.shot.row.epoch
        run = "the pretraining" if block.run.kind == "pretrain" else block.title
        return f"the end of {run}" if epoch >= block.run.last_epoch else f"epoch {epoch:g} of {run}"


@dataclass(frozen=True, eq=False)
class Minutes:
    """All that a report tells."""

    session: Session
    named_before: NDArray[np.int16]
    """What was named at `before`, (num_samples,)."""
    named: NDArray[np.int16]
    """And at the end, (num_samples,)."""
    counts: Mapping[int, int]
    """Samples named at the end, by the class_index of the class they are in today."""
    num_unsure: int
    num_held_out: int
    people: Sequence[PersonSaid]
    runs: Sequence[RunTold]
    before: End
    """What the end is shown beside: the beginning, or where the network knew no class there yet,
    the end of the first Update if there is another after it."""
    after: End
    comparison: Comparison | None
    """From `before` to `after`; None where `before` knows no class, or is no other."""
    comments: Sequence[Comment]
    """Those that nobody settled, without replies."""
    judged: Judgements

    @property
    def measured(self) -> End | None:
        """What the end is compared with, None where there is no such."""
        return None if self.comparison is None else self.before

    @property
    def since(self) -> str:
        """What the end is compared with, in words."""
        return "earlier" if self.measured is None else self.measured.words

    @property
    def until(self) -> str:
        """Where the range ends, in words: "now", or "at the end of Run 2"."""
        return "now" if self.session.is_to_end else f"at {self.after.words}"

    @property
    def num_named(self) -> int:
        """Samples named at the end."""
        return sum(self.counts.values())

    @property
    def num_updates(self) -> int:
        """Updates of the range."""
        return sum(told.block.run.kind == "fine_tune" for told in self.runs)


def gather(store: Store, session: Session) -> Minutes:
    """Read what a report tells.

    Raises:
        NotFoundError: a run or a snapshot is gone.
    """
    first, last = _ends(session)
    before, after, renamed = _pair(store, first, last)
    if not before.knows and after.knows and (taught := _taught(session)) not in (None, last):
        before, after, renamed = _pair(store, taught, last)
    was_first = before.shot is first
    since = session.before_seq if was_first else before.shot.block.run.journal_seq
    seqs = [session.before_seq, *(caption.seq for caption in session.captions)]
    named_before, named = (_named(store, session, seq) for seq in (since, seqs[-1]))
    seen = after.evidence
    return Minutes(
        session=session,
        named_before=named_before,
        named=named,
        counts=_counts(session, named),
        num_unsure=int((named == UNSURE).sum()),
        num_held_out=int(seen.is_held_out.sum()),
        people=people_of(session),
        runs=[_told(store, block, seen.seq) for block in session.passed],
        before=before,
        after=after,
        comparison=None if before.shot is after.shot or not before.knows else compare(
            before.evidence.prediction, seen.prediction, seen.truth, seen.is_held_out, seen.label,
            renamed,
        ),
        comments=store.comments.unsettled(session.project.project_id),
        judged=judgements_of(session.told),
    )  # fmt: skip


def _named(store: Store, session: Session, seq: int) -> NDArray[np.int16]:
    """Return what was named at a journal position, (num_samples,); only what stands today."""
    num_samples = session.dataset.num_samples
    named = np.full(num_samples, NO_CLASS, np.int16)
    for change in changes_until(store, session.project, num_samples, session.told.state.seq):
        if change.event.seq > seq:
            break
        named[change.ids] = change.after
    return named


def _counts(session: Session, named: NDArray[np.int16]) -> dict[int, int]:
    """Return how many samples have a name of each class that lives today, by class_index."""
    living = {info.class_index: info.merged_into for info in session.told.state.classes}
    counts: Counter[int] = Counter()
    for index, count in zip(*np.unique(named[named >= 0], return_counts=True), strict=True):
        into = living.get(int(index))
        counts[int(index) if into is None else into] += int(count)
    return counts


def _ends(session: Session) -> tuple[Shot, Shot]:
    """Return the snapshots to compare: a range that begins at the beginning, after pretraining."""
    snapshots = [shot for shot in session.shots if shot.row.is_snapshot] or list(session.shots)
    first = snapshots[0]
    if first.block.run.kind == "pretrain" and first.row.epoch == 0:
        own = [shot for shot in snapshots if shot.block is first.block]
        first = own[-1]
    return first, snapshots[-1]


def _taught(session: Session) -> Shot | None:
    """Return the end of the first Update of a range, None where it has none."""
    shots = [s for s in session.shots if s.row.is_snapshot and s.block.run.kind != "pretrain"]
    own = [each for each in shots if each.block is shots[0].block]
    return own[-1] if own else None


def _pair(store: Store, first: Shot, last: Shot) -> tuple[End, End, Renamed]:
    """Return two snapshots with what they say, both by what was known when the later learned.

    Returns:
        Also which samples were renamed between the two.
    """
    named = [(shot.block.run.run_id, int(shot.row.epoch)) for shot in (first, last)]
    found = pair_of(store, named[0], named[1])
    first_end, last_end = (
        End(shot, of, confuse(of.prediction, of.truth, of.is_held_out))
        for shot, of in zip((first, last), (found.before, found.after), strict=True)
    )
    return first_end, last_end, found.renamed


def _told(store: Store, block: Block, seq: int) -> RunTold:
    """Return a run with its figures; those of held-out samples by what was known at `seq`."""
    run = block.run
    metrics = {**store.runs.snapshot(run.run_id, run.last_epoch).metrics}
    try:
        seen = evidence_of(store, run.run_id, run.last_epoch, seq)
    except (ArtifactMissingError, ArtifactDamagedError, InvalidInputError):
        is_by_then = True
    else:
        is_by_then = False
        metrics |= held_out_metrics(seen.prediction, seen.truth, seen.is_held_out)
        metrics |= label_metrics(seen.prediction, seen.truth, seen.label, seen.is_held_out)
    if not run.has_receipt:
        return RunTold(block, metrics, None, "", is_by_then)
    kept = store.receipts.get(run.run_id)
    return RunTold(block, metrics, kept.figures, kept.control, is_by_then)
