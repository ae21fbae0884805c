"""Reading files for the command line: decoded in a child, told on stderr, listed where asked."""

import argparse
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from ml.errors import InvalidInputError
from ml.intake.records import Options, SoundOptions
from ml.wording import many
from pages.commands.terminal import show
from store.files.disk import disk_errors
from store.intake.records import Intake
from store.intake.staged import Split, Staged
from store.opening import Store
from tasks.keeping import outline_of
from tasks.reading import Said, look_into, read_intake
from tasks.turns import Turn

LINE: Final = 72
"""Columns of the line that says how far it is."""
MOST_CLASSES: Final = 40
"""Classes that are listed one by one."""
SOUND_FLAGS: Final = tuple(asdict(SoundOptions()))


def add_reading_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how files are read; they are `ml.intake.records.Options`."""
    pictures = parser.add_argument_group("pictures")
    pictures.add_argument("--side", type=int, help="longest side in pixels, 8 to 224")
    pictures.add_argument("--color", choices=("auto", "grey", "rgb"), default="auto")
    sound = parser.add_argument_group("sound")
    add = sound.add_argument
    add("--window", dest="window_s", type=float, metavar="S", help="seconds that are one sample")
    add("--overlap", type=float, metavar="PART", help="of a window with the next one, 0 to 0.9")
    add("--rate", type=int, metavar="HZ", help="samples of sound a second")
    add("--bands", dest="num_mels", type=int, metavar="N", help="height of a spectrogram (64)")
    add("--columns", dest="num_frames", type=int, metavar="N", help="width of one (64)")
    table = parser.add_argument_group("tables")
    add = table.add_argument
    add("--label-column", metavar="NAME", help="with class names; empty for none")
    add("--id-column", metavar="NAME", help="with sample ids; empty for the row's number")
    add("--picture-column", metavar="NAME", help="with pictures; empty for none")
    add("--text-column", dest="text_columns", action="append", metavar="NAME",
        help="shown beside a sample; may be repeated")  # fmt: skip
    add("--value-column", dest="value_columns", action="append", metavar="NAME",
        help="of the vector; may be repeated")  # fmt: skip


def options_of(asked: argparse.Namespace) -> Options:
    """Return what the flags choose, without what concerns sound.

    Raises:
        InvalidInputError: one breaks a rule.
    """
    names = ("side", "color", "keep_duplicates", "label_column", "id_column", "picture_column",
             "text_columns", "value_columns")  # fmt: skip
    return Options.from_json({name: getattr(asked, name) for name in names})


def read(store: Store, intake: Intake, path: Path, asked: argparse.Namespace) -> Intake:
    """Decode a file or folder where it lies, telling how far it is.

    Of sound, what the flags leave open is as the reader chooses it.

    Raises:
        IntakeError: it cannot be read.
        InvalidInputError: a flag breaks a rule, or is about sound and there is none.
    """
    options = options_of(asked)
    wanted = {name: value for name in SOUND_FLAGS if (value := getattr(asked, name)) is not None}
    if wanted:
        chosen = look_into(path, path.name, options, intake.staged)["chosen"]
        if "sound" not in chosen:
            raise InvalidInputError("There is no sound in it; leave out what is about sound.")
        options = Options.from_json(options.to_json() | {"sound": chosen["sound"] | wanted})
    begun = store.intakes.move(
        intake.intake_id, ("receiving",), "reading", options=options.to_json()
    )
    turn = Turn(begun)
    try:
        return read_intake(store, turn, path, path.name, _tell)
    finally:
        turn.end()


def _tell(said: Said) -> None:
    """Show what the decoder says."""
    if "outline" in said:
        show(said["outline"]["treatment"])
    if "done" in said:
        sys.stderr.write(f"\r{many(said['done'], 'sample')} read".ljust(LINE))
    if "summary" in said:
        tell_left_out(said["summary"])


def tell_left_out(summary: Said) -> None:
    """Say what was left out, the first few one by one."""
    sys.stderr.write(f"\r{many(summary['num_samples'], 'sample')} read".ljust(LINE).rstrip() + "\n")
    left_out = summary["num_rejected"], summary["num_duplicates"]
    show([f"{left_out[0]:,} could not be read, {left_out[1]:,} came twice."])
    show([f"  {each['sample_id']}: {each['message']}" for each in summary["rejected"]])
    show([f"  {each['sample_id']}: {each['message']}" for each in summary["warnings"]])


def preview(intake: Intake, split: Split) -> list[str]:
    """Return what an import that was read holds, line by line: format, shape, classes, split."""
    outline = outline_of(intake)
    staged = Staged(intake.staged, outline)
    summary = staged.summary()
    shape = " x ".join(map(str, outline.sample_shape))
    samples = many(summary.num_samples, "sample")
    lines = [f"{outline.format}: {samples} of kind {outline.kind}, {shape}"]
    lines += held_out_words(staged, split)
    named = list(zip(summary.class_names, summary.counts, strict=True))
    lines += [f"{count:>9,}  {name}" for name, count in named[:MOST_CLASSES]]
    if len(named) > MOST_CLASSES:
        lines.append(f"and {many(len(named) - MOST_CLASSES, 'class', 'classes')} more")
    num_unlabelled = summary.num_samples - sum(summary.counts)
    return [*lines, f"{num_unlabelled:>9,}  without a label"] if num_unlabelled else lines


def held_out_words(staged: Staged, split: Split) -> list[str]:
    """Return what keeping an import would hold out, and what there is to know of it.

    Raises:
        InvalidInputError: the files do not say it, or leave none to train on.
    """
    told = staged.told_held_out(split)
    if split == "given":
        return [f"The files hold out {told.num_samples:,}; --held-out 0.2 draws others."]
    recordings = told.num_recordings
    of = "" if recordings is None else f", of {many(recordings, 'recording')}"
    drawn = f"Held out would be {many(told.num_samples, 'sample')}{of}; --held-out draws others."
    return [drawn, *filter(None, [told.note])]


def held_out_note(intake: Intake, split: Split) -> list[str]:
    """Return what there is to know of what keeping an import holds out.

    Raises:
        InvalidInputError: as `held_out_words`.
    """
    return list(filter(None, [Staged(intake.staged, outline_of(intake)).told_held_out(split).note]))


def num_held_out(intake: Intake) -> int:
    """Return how many samples the files hold out; 0 where they do not say, or leave none."""
    staged = Staged(intake.staged, outline_of(intake))
    try:
        return int(staged.held_out("given").sum())
    except InvalidInputError:
        return 0


def save_list(intake: Intake, path: Path) -> None:
    """Write the list of what was left out, and why, as CSV.

    Raises:
        LodemapError: it cannot be written there.
    """
    with disk_errors("The list of what was left out"):
        shutil.copyfile(Staged(intake.staged, outline_of(intake)).rejected(), path)
