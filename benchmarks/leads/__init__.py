"""The parts of `insight` that speak of suggestions."""
