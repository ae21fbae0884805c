"""Reusable pieces of screen: pure functions of values."""
