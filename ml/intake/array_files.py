"""Files of arrays, .npy in folders, .npz and .safetensors, as parts; and what reads them."""

from collections.abc import Sequence
from dataclasses import replace

from ml.intake.archives import zip_members
from ml.intake.array_pictures import ArrayPictures, Part, are_pictures
from ml.intake.array_sets import Named, parts_of
from ml.intake.array_vectors import open_array_vectors
from ml.intake.arrays import npy_array
from ml.intake.formats import NPZ, SAFETENSORS, Format
from ml.intake.members import Member, common_folder
from ml.intake.naming import is_held_out_word, is_training_word
from ml.intake.records import Options, Reader
from ml.intake.safetensors_file import safetensors_arrays


def open_arrays(members: Sequence[Member], formats: Sequence[Format], options: Options) -> Reader:
    """Return a reader of files of arrays: pictures, or else vectors.

    Raises:
        IntakeError: where an array cannot be read, holds Python objects, or is neither.
        TooLargeError: where one declares too much.
    """
    form = formats[0].name
    return open_parts(array_parts(members, formats), form, options)


def open_parts(parts: Sequence[Part], form: str, options: Options) -> Reader:
    """Return a reader of arrays of samples: pictures, or else vectors.

    Raises:
        IntakeError: as `open_arrays`.
    """
    found = are_pictures(parts)
    if found is None:
        return open_array_vectors(parts, form)
    return ArrayPictures(parts, *found, form, options)


def array_parts(members: Sequence[Member], formats: Sequence[Format]) -> list[Part]:
    """Return the arrays of samples in some files; those of one .npz or folder belong together.

    Raises:
        IntakeError: as `open_arrays`.
    """
    root = common_folder(member.name for member in members)
    groups: dict[str, Named] = {}
    for member, form in zip(members, formats, strict=True):
        path = member.name[len(root) :].rpartition(".")[0] or member.name
        if form in (NPZ, SAFETENSORS):
            read = npz_arrays if form == NPZ else safetensors_arrays
            groups[f"{path}/"] = read(member)
        else:
            folder, slash, stem = path.rpartition("/")
            groups.setdefault(folder + slash, {})[stem] = npy_array(member)
    words = {prefix: _part_word(prefix) for prefix in groups}
    has_both = any(map(is_training_word, words.values())) and any(
        map(is_held_out_word, words.values())
    )
    return [
        part
        for prefix, arrays in groups.items()
        for part in parts_of(
            arrays, prefix if len(groups) > 1 else "", words[prefix] if has_both else ""
        )
    ]


def npz_arrays(member: Member) -> Named:
    """Return the arrays of an .npz by name, their values unread; all headers are checked.

    Raises:
        IntakeError: `corrupt_archive`, `bomb`, `pickle_refused`, or as `npy_array`.
    """
    inner, *_ = zip_members(member.path or member.unpack(), member.name)
    arrays = [m for m in inner if m.suffix == ".npy"]
    return {
        m.name.removesuffix(".npy"): npy_array(replace(m, name=f"{m.name} in {member.name}"))
        for m in arrays
    }


def _part_word(prefix: str) -> str:
    """Return the last folder of a prefix, or the word in a file's name that tells its part."""
    last = prefix.rstrip("/").rpartition("/")[2]
    words = [last, *last.replace("-", "_").split("_")]
    return next((w for w in words if is_training_word(w) or is_held_out_word(w)), "")
