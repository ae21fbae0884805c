"""Files of pictures: PNG, JPEG and WebP in folders that may name their classes."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from ml.intake.arrays import rows_at_once
from ml.intake.decoding import decode
from ml.intake.errors import IntakeError
from ml.intake.fitting import GROUNDS, Fit, choose_size, num_channels
from ml.intake.folders import Places
from ml.intake.formats import Format, names_of, spread
from ml.intake.looking import DEEP, Look, bits_for, ground_for, look_at
from ml.intake.members import Member, shown
from ml.intake.recipes import of_pictures
from ml.intake.records import BATCH, Batch, Options, Outline, Rejection

NUM_LOOKED_AT: Final = 200
"""Pictures from all over the set whose sizes and colours decide for all."""


class Pictures:
    """Reader of files of pictures, one a sample.

    Args:
        members: the files.
        formats: of each.
        options: what people chose.
        places: what is known of each before it is opened.

    Raises:
        IntakeError: where none of those looked at can be read: what is wrong with the first.
    """

    def __init__(
        self, members: Sequence[Member], formats: Sequence[Format], options: Options,
        places: Places,
    ) -> None:  # fmt: skip
        self._members, self._places = members, places
        looks = look_at(spread(members, NUM_LOOKED_AT))
        self._fit, told = choose_fit(looks, options)
        if len(looks) < len(members) and told:
            told.append(f"Judged by {len(looks)} of the {len(members):,} pictures.")
        self.outline = Outline(
            "image", names_of(formats), self._fit.shape, len(members), tuple(told),
            chosen={"side": max(self._fit.height, self._fit.width),
                    "color": "grey" if self._fit.channels == 1 else "rgb"},
            has_split=self._places.is_held_out is not None,
            recipe=of_pictures(self._fit),
        )  # fmt: skip

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield the pictures in batches, in the order of their names, and those that are broken."""
        num_rows = rows_at_once(int(np.prod(self._fit.shape)), BATCH)
        for start in range(0, len(self._members), num_rows):
            rows = range(start, min(start + num_rows, len(self._members)))
            yield from self._batch(rows)

    def _batch(self, rows: range) -> Iterator[Batch | Rejection]:
        pixels = np.empty((len(rows), *self._fit.shape), np.uint8)
        kept: list[int] = []
        for row in rows:
            member = self._members[row]
            sample_id = self._places.sample_ids[row]
            try:
                pixels[len(kept)], deepest = decode(member.read(), member.name, self._fit)
            except IntakeError as error:
                yield Rejection(sample_id, error.code, error.sentence)
            else:
                kept.append(row)
                yield from beyond_white(sample_id, shown(member.name), deepest, self._fit)
        if kept:
            held_out = self._places.is_held_out
            yield Batch(
                pixels[: len(kept)], [self._places.sample_ids[row] for row in kept],
                [self._places.class_names[row] for row in kept],
                None if held_out is None else [held_out[row] for row in kept],
                self._places.texts_of(kept),
            )  # fmt: skip


def choose_fit(looks: Sequence[Look], options: Options) -> tuple[Fit, list[str]]:
    """Return what every picture becomes, and the sentences about it."""
    size, sized = choose_size([look.size for look in looks], options.side)
    are_grey = all(look.is_grey is not False for look in looks)
    is_see_through = any(look.covered is not None for look in looks)
    bits = bits_for(looks)
    fit = Fit(num_channels(options.color, are_grey), size[1], size[0], ground_for(looks), bits)
    told = [sized] if sized else []
    if bits < DEEP:
        num_deep = sum(look.deepest is not None for look in looks)
        told.append(f"Grey of 16 bits: none of the {num_deep:,} looked at reaches {2**bits:,}, so "
                    "that becomes white.")  # fmt: skip
    if any(look.is_moving for look in looks):
        told.append("Moving pictures: the first of their frames is taken.")
    if is_see_through:
        told.append(f"See-through parts: shown on {GROUNDS[fit.ground]}.")
    if len({look.size for look in looks}) > 1 and not is_see_through:
        told.append(f"Margins: {GROUNDS[fit.ground]}.")
    if options.color == "grey" and not are_grey:
        told.append("Colours: turned into grey.")
    return fit, told


def beyond_white(sample_id: str, where: str, deepest: int, fit: Fit) -> Iterator[Rejection]:
    """Yield a warning where deep grey of a picture that is kept reaches beyond white.

    Args:
        sample_id: of the picture.
        where: how the sentence begins.
        deepest: its largest value; 0 where it is no deep grey.
        fit: what the pictures that were looked at decided.
    """
    if deepest >= 2**fit.bits:
        yield Rejection(sample_id, "bad_scale", f"{where} reaches {deepest:,}; "
                        f"{2**fit.bits:,}, which none of those looked at reaches, is white, "
                        "and so is what is beyond: bring it apart to tell its greys.",
                        is_kept=True)  # fmt: skip
