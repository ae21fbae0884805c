"""Data sets as they are kept: immutable arrays, found by content, with small pictures."""
