"""Samples as a run gets them: what people said of them, and what earlier runs found out."""
