"""How long tests wait on a machine that is busy with other things."""

import os
from typing import Final

PATIENCE: Final = float(os.environ.get("LODEMAP_PATIENCE", "1"))
"""How many times longer than on a quiet machine what has a bound may take."""
START_PATIENCE: Final = PATIENCE**1.5
"""The same of what a process does from its start on: importing PyTorch is 3 s alone on a core, and
the first to suffer where there are many."""
