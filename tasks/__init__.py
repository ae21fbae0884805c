"""How work reaches a worker, and the one body every worker runs."""
