"""What a project gives away as tables and arrays."""
