"""Everything that can go wrong in a way a person can mend.

LodemapError
├── InvalidInputError       what was given breaks a rule (422)
│   └── InvalidKnobError    one or more knobs are out of their range (422)
├── NothingToLearnError     no annotation a run could learn from (422)
├── BadCheckpointError      weights that cannot be trusted (422)
│   └── ModelMismatchError  weights of another architecture (409)
├── DivergedError           the loss is not finite any more (422)
└── (store/errors.py)       conflicts, missing things, a data directory that cannot be used

Each message is one sentence: what, where, the limit, how to mend it. `code` is stable and meant
for programs; `status` is the HTTP status a web layer answers with.
"""


class LodemapError(Exception):
    """Root of every error that is shown to a person."""

    code = "lodemap_error"
    status = 400
    exit_code = 2
    """Status of a process that cannot start or go on by it: that seldom mends itself."""
    field: str = ""
    """What of a form it is about, as whoever asked names its fields; empty where of none."""

    @property
    def sentence(self) -> str:
        """What to show: one sentence, never a traceback."""
        return str(self)


class InvalidInputError(LodemapError):
    """What was given breaks a rule that the message names."""

    code = "invalid_input"
    status = 422


class InvalidKnobError(InvalidInputError):
    """One or more knobs lie outside their range."""

    code = "bad_knob"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems
        """One sentence per offending field."""


class NothingToLearnError(LodemapError):
    """A run was asked for, but there is no annotation to learn from."""

    code = "not_enough_annotations"
    status = 422


class BadCheckpointError(LodemapError):
    """The bytes of a checkpoint cannot be read as what they claim to be."""

    code = "bad_checkpoint"
    status = 422


class ModelMismatchError(BadCheckpointError):
    """The checkpoint belongs to another architecture."""

    code = "model_mismatch"
    status = 409


class DivergedError(LodemapError):
    """Training left the finite numbers; snapshots yielded before stay good."""

    code = "diverged"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "The loss is not finite any more; the last snapshot is kept. Lower the learning rate."
        )
