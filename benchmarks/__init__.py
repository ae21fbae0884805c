"""Every figure the project claims, by one command: `python -m benchmarks`."""
