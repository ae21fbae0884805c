"""A state with the whole line: events tell of Updates, the pretraining is a run and no event."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from store.records import ProjectState


@dataclass(frozen=True, kw_only=True)
class WholeState(ProjectState):
    """The fold of a journal, with the pretraining that the project's line begins with."""

    pretraining: str | None
    """Id of the newest one, None before one was asked for."""

    @classmethod
    def of(cls, state: ProjectState, pretraining: str | None) -> Self:
        """Return what a fold tells, with the pretraining."""
        return cls(**vars(state), pretraining=pretraining)

    @cached_property
    def run_ids(self) -> tuple[str, ...]:
        """Runs on the current line, oldest first: pretraining, then `taught_run_ids`."""
        return (*([self.pretraining] if self.pretraining else []), *self.taught_run_ids)
