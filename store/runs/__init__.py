"""Runs: asked for, leased, committed an epoch at a time, measured and compared."""
