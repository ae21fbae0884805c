"""The engine, the tables and how they are brought up to date."""
