"""Projects as archives: packed into one file, and made of one that somebody brings."""
