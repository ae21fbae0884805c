"""Compares annotations from a file with those that stand in a project."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from ml.records import NO_CLASS, UNSURE
from ml.wording import many
from store.annotations.files import UNSURE_WORD, AnnotationFile, without_guards
from store.annotations.merge import Conflict, Disagreement, Merge, Share
from store.journal.class_limit import check_room
from store.names import clean_name
from store.records import Event, ProjectState

NO_CODE: Final = -3
"""Of a class name that no class can have."""


def plan_merge(
    file: AnnotationFile,
    sample_ids: Sequence[str] | pa.Array,
    state: ProjectState,
    event_at: Callable[[int], Event],
) -> Merge:
    """Return what a file would change.

    Args:
        file: the annotations.
        sample_ids: of the data set, in its order.
        state: the project as it is.
        event_at: gives the event with a seq, from 1 to `state.seq`.

    Raises:
        InvalidInputError: when it would make more classes than a project may have.
    """
    known = sample_ids if isinstance(sample_ids, pa.Array) else pa.array(sample_ids, pa.string())
    sample = _found(file, known)  # (num_rows,)
    words = _Words.of(file, state)
    code = words.codes[words.row]  # (num_rows,)
    is_usable = (sample >= 0) & (code != NO_CODE)
    ids, codes, torn = _settled(sample[is_usable], code[is_usable])
    stands = state.annotation[ids].astype(np.int64)
    is_conflict = (stands != NO_CLASS) & (stands != codes)
    is_new = stands == NO_CLASS
    _check_count(state, words, codes[is_new | is_conflict])
    return Merge(
        seq=state.seq,
        sha256=file.sha256,
        num_samples=len(known),
        shares=_shares(words, ids, codes, is_new, is_conflict),
        num_same=int((stands == codes).sum()),
        conflicts=tuple(_conflicts(
            words, known, state, event_at, ids[is_conflict], codes[is_conflict]
        )),
        disagreements=tuple(
            Disagreement(known[int(i)].as_py(), tuple(words.names[int(c)] for c in several))
            for i, several in torn
        ),
        unknown_ids=tuple(pc.unique(file.sample_id.filter(pa.array(sample < 0))).to_pylist()),
        bad_names=(*_minus_ones_told(file.num_minus_one), *words.bad),
    )  # fmt: skip


def last_speakers(
    ids: NDArray[np.int64], state: ProjectState, event_at: Callable[[int], Event]
) -> dict[int, Event]:
    """Return by sample the standing event that gave the annotation it has.

    Args:
        ids: samples with an annotation, ascending.
        state: the project after its newest event.
        event_at: gives the event with a seq.
    """
    wanted = np.zeros(len(state.annotation), np.bool_)
    wanted[ids] = True
    found: dict[int, Event] = {}
    for seq in range(state.seq, 0, -1):
        if not wanted.any():
            break
        event = event_at(seq)
        names = event.verb in ("annotate", "mark_unsure") or (
            event.verb == "move" and "class_index" in event.values
        )
        if names and state.stands(event):
            members = unpack_ids(event.samples, len(wanted))
            mine = members[wanted[members]]
            wanted[mine] = False
            found.update(dict.fromkeys(mine.tolist(), event))
    return found


@dataclass(frozen=True, eq=False)
class _Words:
    """The class names of a file, each once, and which class they mean."""

    row: NDArray[np.int64]
    """Which of the words each row has, shape (num_rows,)."""
    codes: NDArray[np.int64]
    """Of each word: a class_index, UNSURE, NO_CODE, or from `first_new` on a class to be made."""
    names: dict[int, str]
    """By code, what it is called."""
    first_new: int
    bad: tuple[str, ...]

    @classmethod
    def of(cls, file: AnnotationFile, state: ProjectState) -> "_Words":
        """Read the words of a file in the classes of a project."""
        coded = file.class_name.dictionary_encode()
        first_new = 1 + max((info.class_index for info in state.classes), default=-1)
        # a class that was merged lives on in another; living ones come last, and win
        classes = sorted(state.classes, key=lambda info: info.merged_into is None)
        known = {UNSURE_WORD: UNSURE} | {
            info.name.casefold(): info.class_index if info.merged_into is None
            else info.merged_into for info in classes
        }  # fmt: skip
        names = {UNSURE: UNSURE_WORD} | {info.class_index: info.name for info in state.classes}
        codes, bad = [], []
        for word in coded.dictionary.to_pylist():
            try:
                name = clean_name(word, "class name")
            except InvalidInputError as error:
                codes.append(NO_CODE)
                bad.append(error.sentence)
                continue
            code = known.setdefault(name.casefold(), first_new + len(known))
            names.setdefault(code, name)
            codes.append(code)
        row = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(row, np.array(codes, np.int64), names, first_new, tuple(bad))


def _minus_ones_told(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    rows = many(count, "row has", "rows have")
    return (f"{rows} the class -1, which stands for no name.",)


def _found(file: AnnotationFile, known: pa.Array) -> NDArray[np.int64]:
    """Return the sample of each row, shape (num_rows,), -1 where there is none."""
    place = pc.index_in(file.sample_id, known)
    if file.has_guards:
        place = pc.coalesce(place, pc.index_in(without_guards(file.sample_id), known))
    if place.null_count:  # accents are written in two ways
        place = pc.coalesce(place, pc.index_in(_composed(file.sample_id), _composed(known)))
    found: NDArray[np.int64] = pc.fill_null(place, -1).to_numpy(zero_copy_only=False)
    return found.astype(np.int64)


def _composed(ids: pa.Array) -> pa.Array:
    return pc.utf8_normalize(ids, form="NFC")


Torn = list[tuple[int, NDArray[np.int64]]]
"""Samples with several codes, and those."""


def _settled(
    sample: NDArray[np.int64], code: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Torn]:
    """Return samples that a file says one thing of, ascending, with that, and all others."""
    pairs = np.unique(np.stack([sample, code]), axis=1)  # (2, n), by sample
    ids, first, count = np.unique(pairs[0], return_index=True, return_counts=True)
    is_one = count == 1
    torn = [
        (int(i), pairs[1, start : start + number])
        for i, start, number in zip(ids[~is_one], first[~is_one], count[~is_one], strict=True)
    ]
    return ids[is_one], pairs[1, first[is_one]], torn


def _check_count(state: ProjectState, words: _Words, codes: NDArray[np.int64]) -> None:
    num_new = len(np.unique(codes[codes >= words.first_new]))
    check_room(state, num_new, "The file", "Choose another column for the classes.")


def _shares(
    words: _Words,
    ids: NDArray[np.int64],
    codes: NDArray[np.int64],
    is_new: NDArray[np.bool_],
    is_conflict: NDArray[np.bool_],
) -> tuple[Share, ...]:
    changed: Iterable[int] = np.unique(codes[is_new | is_conflict]).tolist()
    return tuple(
        Share(
            class_index=code if code < words.first_new else None,
            class_name=words.names[code],
            added=ids[is_new & (codes == code)],
            replacing=ids[is_conflict & (codes == code)],
        )
        for code in changed
    )


def _conflicts(
    words: _Words,
    known: pa.Array,
    state: ProjectState,
    event_at: Callable[[int], Event],
    ids: NDArray[np.int64],
    codes: NDArray[np.int64],
) -> Iterable[Conflict]:
    speakers = last_speakers(ids, state, event_at)
    sample_ids = known.take(pa.array(ids)).to_pylist()
    for i, sample_id, code in zip(ids.tolist(), sample_ids, codes.tolist(), strict=True):
        event = speakers.get(i)
        yield Conflict(
            sample=i,
            sample_id=sample_id,
            was=words.names[int(state.annotation[i])],
            becomes=words.names[code],
            by="" if event is None else event.author,
            at=None if event is None else event.created_at,
        )
