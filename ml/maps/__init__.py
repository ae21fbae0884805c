"""Maps: where people put samples, what pulls them, what places mean, and the bytes of it."""
