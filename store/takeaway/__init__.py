"""What people take with them: a session as a page that replays, as a film, and as a report."""
