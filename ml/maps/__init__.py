"""Maps: where samples are, what pulls them, and what places mean."""
