"""Imports on their way to a data set: staged a batch at a time, looked at, then kept."""
