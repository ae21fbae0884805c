"""Projects: made, named, copied, set aside."""
