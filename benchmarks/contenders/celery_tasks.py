"""A plain Celery task that imports torch inside and reports its progress as task state."""

import os
from pathlib import Path
from typing import Any

from celery import Celery, Task

from benchmarks.contenders.job import embeddings

URL = os.environ.get("CONTENDER_REDIS", "redis://127.0.0.1:6379/0")
app = Celery("contender", broker=URL, backend=URL)
app.conf.broker_connection_retry_on_startup = True


@app.task(bind=True, name="contender.fine_tune")  # type: ignore[untyped-decorator]
def fine_tune(self: "Task[Any, Any]", folder: str) -> dict[str, Any]:
    """Fine-tune and leave the newest points where the page polls them."""
    newest: dict[str, Any] = {}
    for embedding in embeddings(Path(folder)):
        newest = {"embedding": embedding.tolist()}
        self.update_state(state="PROGRESS", meta=newest)
    return newest
