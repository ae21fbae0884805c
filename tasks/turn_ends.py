"""How a turn ends: what went wrong in it is told in the row of its import."""

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from ml.errors import LodemapError
from store.errors import ConflictError, NotFoundError, StoreUnavailableError
from store.intake.records import OPEN_STATES, OutpacedError
from store.opening import Store
from tasks.turns import Turn, Turns

logger = logging.getLogger(__name__)


class Ending:
    """Around what is done in a turn: no error leaves it, and no import is read for ever.

    What a turn that was ended still has to say is of no interest. Where the database does not
    answer nothing can be told: the row stays as it is, and the next look of the desk goes on.
    """

    def __init__(self, store: Store, turns: Turns, turn: Turn) -> None:
        self._store, self._turns, self._turn = store, turns, turn

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> bool:
        try:
            self._tell(error)
        except LodemapError as silent:
            logger.warning("An import waits for the database: %s", silent.sentence)
        finally:
            self._turns.finish(self._turn)
        return isinstance(error, Exception)

    def _tell(self, error: BaseException | None) -> None:
        if self._turn.is_over:
            self._discard_if_ended()
        elif isinstance(error, StoreUnavailableError):
            raise error
        elif isinstance(error, Exception) and not isinstance(error, OutpacedError):
            if not isinstance(error, LodemapError):
                logger.error("The import %s failed", self._turn.intake.intake_id, exc_info=error)
            fail(self._store, self._turn, told(error))

    def _discard_if_ended(self) -> None:
        """Remove what it wrote after whoever cancelled the import had removed everything."""
        if self._turns.is_closed:
            return
        try:
            is_open = self._store.intakes.get(self._turn.intake.intake_id).state in OPEN_STATES
        except NotFoundError:
            is_open = False
        if not is_open:
            self._store.intakes.discard_files(self._turn.intake)


def fail(store: Store, turn: Turn, error: Mapping[str, str]) -> None:
    """Say in the row of an import why its turn failed, unless a later one has begun."""
    try:
        store.intakes.move(
            turn.intake.intake_id, ("receiving", "reading", "keeping"), "failed", turn.number,
            error=dict(error),
        )  # fmt: skip
    except (ConflictError, NotFoundError) as gone:
        logger.info("The import %s had ended: %s", turn.intake.intake_id, gone.sentence)


def told(error: BaseException) -> dict[str, str]:
    """Return an error as a page shows it."""
    if isinstance(error, LodemapError):
        return {"code": error.code, "message": error.sentence}
    words = "Something went wrong on the server; its log says what. Try again."
    return {"code": "server_error", "message": words}
