"""The truth: journal, projects and runs in SQL; artifacts on disk; what can be rebuilt in a cache."""
