"""Who is near whom, and what that says."""
