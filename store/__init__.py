"""The truth: journal, projects and runs in SQL; artifacts on disk; the rest in a cache."""
