"""What an archive holds that pages draw: frames and fields, and whether they can."""

from typing import Final, Literal

from ml.errors import InvalidInputError
from ml.maps.codec import decode_frame
from ml.maps.field_codec import unpack_field
from ml.maps.seal import is_whole

Role = Literal["frame", "snapshot", "field", "checkpoint", "moments"]
ENDINGS: Final[dict[Role, str]] = {
    "frame": "frame", "snapshot": "frame", "checkpoint": "safetensors", "field": "field",
}  # fmt: skip
"""Of the names that such files have."""


def is_drawable(data: bytes, role: Role, shape: tuple[int, int]) -> bool:
    """Whether the bytes of a file are what was written, and of a map; what is not drawn is.

    Args:
        data: All of the file.
        role: What it is to a row that names it.
        shape: Samples and axes of the map.
    """
    try:
        if role == "field":
            return unpack_field(data).pull.shape == shape and is_whole(data)
        if role in {"checkpoint", "moments"}:
            return True
        frame = decode_frame(data)
    except InvalidInputError:
        return False
    is_told = role == "frame" or frame.prediction is not None
    return is_told and frame.embedding.shape == shape and is_whole(data)
