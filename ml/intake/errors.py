"""What an importer refuses as a whole. A single bad sample is no error but a `Rejection`.

LodemapError (ml/errors.py)
└── IntakeError             the files cannot be read as samples (422); `code` says why
    ├── FormatError             a kind of file nobody here reads (415)
    └── TooLargeError           more than a limit allows (413)
"""

from ml.errors import LodemapError


class IntakeError(LodemapError):
    """The files cannot be read as samples.

    Args:
        code: stable word for programs, such as `truncated` or `corrupt_archive`.
        message: one sentence: what, where, the limit, how to mend it.
    """

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FormatError(IntakeError):
    """A kind of file nobody here reads."""

    status = 415

    def __init__(self, message: str, code: str = "format_not_allowed") -> None:
        super().__init__(code, message)


class TooLargeError(IntakeError):
    """More than a limit allows."""

    status = 413

    def __init__(self, message: str, code: str = "too_large") -> None:
        super().__init__(code, message)
