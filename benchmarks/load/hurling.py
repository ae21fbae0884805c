"""What floods the app: `python -m benchmarks.load.hurling PORT PROJECT_ID NUM_SAMPLES`.

It asks until its stdin is closed, then writes how often it asked, and how often it was refused.
"""

import asyncio
import base64
import json
import sys
import uuid
from typing import Final

import numpy as np

from benchmarks.load.connection import Connection
from benchmarks.load.flood import Abuser
from ml.maps.codec import pack_ids

NUM_CONNECTIONS: Final = 6
"""As many as a browser opens to one host."""


async def hurl(port: int, project_id: str, num_samples: int) -> Abuser:
    """Ask without a pause until stdin is closed."""
    first_sample = base64.b64encode(pack_ids(np.array([0]), num_samples)).decode()
    gesture = {"verb": "annotate", "samples": first_sample, "class_index": 0}
    abuser, path = Abuser(), f"/api/projects/{project_id}"
    first = await Connection(port).sign_in("Abuser")
    others = [Connection(port, first.cookie) for _ in range(NUM_CONNECTIONS - 1)]
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    sys.stdout.write("begun\n")
    sys.stdout.flush()

    async def ask_on(connection: Connection) -> None:
        while not over.done():
            body = {**gesture, "key": str(uuid.uuid4())}
            for asking in (
                connection.get(f"{path}/state"),
                connection.get(f"{path}/log"),
                connection.post(f"{path}/gestures", body),
            ):
                try:
                    answer = await asking
                except OSError:
                    abuser.broken += 1
                    continue
                abuser.asked += 1
                abuser.refused += answer.status == 429

    await asyncio.gather(*(ask_on(each) for each in (first, *others)))
    return abuser


if __name__ == "__main__":
    done = asyncio.run(hurl(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
    sys.stdout.write(json.dumps(done.__dict__))
