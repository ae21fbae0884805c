"""What stands in the way of a takeaway."""

from ml.errors import InvalidInputError, LodemapError


class BadWishError(InvalidInputError):
    """A choice of what to take along breaks a rule."""

    code = "bad_takeaway"


class NothingToTakeError(LodemapError):
    """The project has no map yet, so there is nothing to replay."""

    code = "nothing_to_take"
    status = 409


class TooLargeToTakeError(LodemapError):
    """Even the smallest form is larger than what opens well."""

    code = "takeaway_too_large"
    status = 413
